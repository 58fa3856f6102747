package io.runlake.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDiskTest {
  @TempDir Path table;

  /** Writers beside maintenance make a file for each commit under another name and remove that. */
  @Test
  void whatVanishesWhileItIsSyncedIsNoError() throws IOException {
    Path log = Files.createDirectories(table.resolve("_delta_log"));
    Path month = Files.createDirectories(table.resolve("month=2026-11"));
    Files.writeString(month.resolve("part-0.parquet"), "kept");
    AtomicBoolean end = new AtomicBoolean();
    AtomicLong made = new AtomicLong();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              for (long i = 0; !end.get(); i++) {
                comeAndGo(log.resolve("." + i + ".tmp"));
                comeAndGo(month.resolve("." + i + ".tmp"));
                made.set(i);
              }
            });
    try {
      for (int i = 0; i < 2_000 || made.get() < 2_000; i++) {
        LocalDisk.sync(table, Long.MAX_VALUE);
      }
      LocalDisk.sync(table, 0);
    } finally {
      end.set(true);
      writer.join();
    }
    assertThat(month.resolve("part-0.parquet")).hasContent("kept");
  }

  private static void comeAndGo(Path file) {
    try {
      Files.writeString(file, "x");
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
