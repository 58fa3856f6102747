package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.delta.storage.LogStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLogStoreTest {
  private static final int WRITERS = 4;
  private static final int ENTRIES = 50;

  @TempDir java.nio.file.Path folder;
  private final Configuration configuration = new Configuration();

  /** Each writer has a log store of its own, as each process has. */
  @Test
  void ofManyWritersOneWritesAnEntry() throws Exception {
    assertThat(winners(LocalLogStore::new)).containsOnly(1).hasSize(ENTRIES);
  }

  @Test
  void anEntryIsReadBackLineByLine() throws IOException {
    LocalLogStore store = new LocalLogStore(configuration);
    Path entry = entry(0);
    store.write(entry, List.of("{\"a\":1}", "{\"b\":\"ü\"}").iterator(), false, configuration);

    List<String> lines = new ArrayList<>();
    try (var read = store.read(entry, configuration)) {
      read.forEachRemaining(lines::add);
    }
    assertThat(lines).containsExactly("{\"a\":1}", "{\"b\":\"ü\"}");
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> store.write(entry, List.of("x").iterator(), false, configuration));
    store.write(entry, List.of("x").iterator(), true, configuration);
    assertThat(Files.readString(folder.resolve("_delta_log").resolve(entry.getName())))
        .isEqualTo("x\n");
    assertThat(store.listFrom(entry(0), configuration)).toIterable().hasSize(1);
  }

  /** How many writers believe that they wrote, per entry. */
  private List<Integer> winners(Function<Configuration, LogStore> stores) throws Exception {
    Files.createDirectories(folder.resolve("_delta_log"));
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Integer> winners = new ArrayList<>();
      for (int i = 0; i < ENTRIES; i++) {
        Path entry = entry(i);
        CyclicBarrier start = new CyclicBarrier(WRITERS);
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
          LogStore store = stores.apply(configuration);
          String action = "{\"writer\":" + writer + "}";
          writers.add(
              () -> {
                start.await();
                return wrote(store, entry, action);
              });
        }
        int won = 0;
        for (Future<Boolean> wrote : threads.invokeAll(writers)) {
          won += wrote.get() ? 1 : 0;
        }
        winners.add(won);
      }
      return winners;
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean wrote(LogStore store, Path entry, String action) throws IOException {
    try {
      store.write(entry, List.of(action).iterator(), false, configuration);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private Path entry(int version) {
    return new Path(
        folder.resolve("_delta_log").resolve(String.format("%020d.json", version)).toUri());
  }
}
