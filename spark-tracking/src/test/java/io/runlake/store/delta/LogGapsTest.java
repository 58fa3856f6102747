package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogGapsTest {
  private static final int ENTRIES = 8_000;

  @TempDir Path folder;

  @Test
  void whatLiesBetweenTwoThatWereSeenIsLookedFor() {
    assertThat(LogGaps.unseen(names(0, 1, 2))).isEmpty();
    assertThat(LogGaps.unseen(List.of())).isEmpty();
    assertThat(LogGaps.unseen(names(3, 5, 8))).containsExactly(name(7), name(6), name(4));
    List<String> cleaned = new ArrayList<>(names(52, 53));
    cleaned.add("00000000000000000050.checkpoint.parquet");
    cleaned.add("00000000000000000060.crc");
    cleaned.add("_last_checkpoint");
    assertThat(LogGaps.unseen(cleaned)).containsExactly(name(51), name(50));
    assertThat(LogGaps.unseen(names(1, 1_000_000))).hasSize(10_000).doesNotContain(name(2));
  }

  private interface Listing {
    List<String> names() throws IOException;
  }

  @Test
  void aLogThatGrowsWhileItIsListedHasNoGaps() throws IOException {
    Path log = Files.createDirectories(folder.resolve("kernel/_delta_log"));
    LocalFileIO files = new LocalFileIO(Map.of());
    growsWithoutGaps(
        log,
        () -> {
          List<String> names = new ArrayList<>();
          try (var found = files.listFrom(log + "/0")) {
            found.forEachRemaining(file -> names.add(Path.of(file.getPath()).getFileName() + ""));
          }
          return names;
        });
  }

  @Test
  void norHasItForSpark() throws IOException {
    Path log = Files.createDirectories(folder.resolve("spark/_delta_log"));
    Configuration configuration = new Configuration();
    LocalLogStore store = new LocalLogStore(configuration);
    growsWithoutGaps(
        log,
        () -> {
          List<String> names = new ArrayList<>();
          store
              .listFrom(new org.apache.hadoop.fs.Path("file:" + log, name(0)), configuration)
              .forEachRemaining(file -> names.add(file.getPath().getName()));
          return names;
        });
  }

  private static void growsWithoutGaps(Path log, Listing listing) throws IOException {
    Files.createFile(log.resolve(name(0)));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int version = 1; version < ENTRIES; version++) {
                try {
                  Files.createFile(log.resolve(name(version)));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }
            });
    int seen = 0;
    do {
      List<String> names = listing.names();
      assertThat(names.size()).isGreaterThanOrEqualTo(seen);
      seen = names.size();
      assertThat(names.get(seen - 1)).as("the last of " + seen).isEqualTo(name(seen - 1));
    } while (!writer.isDone());
    writer.join();
    assertThat(listing.names()).hasSize(ENTRIES);
  }

  private static String name(long version) {
    return String.format(Locale.ROOT, "%020d.json", version);
  }

  private static List<String> names(long... versions) {
    List<String> names = new ArrayList<>();
    for (long version : versions) {
      names.add(name(version));
    }
    return names;
  }
}
