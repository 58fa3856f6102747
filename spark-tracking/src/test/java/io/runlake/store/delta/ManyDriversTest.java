package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.runlake.store.RunRow;
import io.runlake.testkit.HdfsCluster;
import io.runlake.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Six processes create one table and append to it, on a storage that loses answers, writes nothing
 * or fails now and then: every row is there once. {@code -Drunlake.drivers.commits} is how many
 * commits each makes.
 */
@Tag("slow")
@Timeout(600)
class ManyDriversTest {
  private static final int DRIVERS = 6;
  private static final int COMMITS = Integer.getInteger("runlake.drivers.commits", 40);
  private static final int ROWS = 5;

  @TempDir Path folder;
  private static Workers workers;

  @BeforeAll
  static void start() throws IOException {
    workers = Workers.start(DRIVERS, DriverWorker.class);
  }

  @AfterAll
  static void stop() {
    workers.close();
  }

  @Test
  void onTheLocalDisk() throws Exception {
    everyRowIsThereOnce("file:" + folder.resolve("root"), Map.of());
  }

  @Test
  void onHdfs() throws Exception {
    everyRowIsThereOnce(HdfsCluster.shared().uri() + "/drivers", Map.of());
  }

  @Test
  void onS3() throws Exception {
    S3Server server = S3Server.shared();
    everyRowIsThereOnce(server.uri() + "/drivers", server.settings());
  }

  private static void everyRowIsThereOnce(String root, Map<String, String> settings)
      throws Exception {
    long begin = System.nanoTime();
    List<String> said =
        workers
            .tell(
                "drive {worker} %d %d %s %s"
                    .formatted(
                        COMMITS, ROWS, root, String.join(" ", CreateIfAbsent.words(settings))))
            .stream()
            .flatMap(List::stream)
            .toList();
    List<String> acknowledged = said.stream().filter(line -> line.startsWith("run ")).toList();
    int faults =
        said.stream()
            .filter(line -> line.startsWith("faults "))
            .mapToInt(line -> Integer.parseInt(line.substring("faults ".length())))
            .sum();
    List<RunRow> rows = new ArrayList<>();
    List<Long> versions;
    try (HadoopFiles hadoop = new HadoopFiles(settings)) {
      StoreEngine engine = new StoreEngine(DeltaRoot.fileIO(root, hadoop), hadoop);
      new TableReader<>(new DeltaTable<>(root, TableSpec.RUNS, engine))
          .read(Optional.empty(), rows::add);
      versions = versions(engine, root + "/runs/_delta_log/");
    }
    System.out.printf(
        Locale.ROOT,
        "ManyDrivers on %s: %d processes x %d commits x %d rows, %d faults: %d rows, %d versions,"
            + " %.1f s%n",
        root.replaceAll(":.*", ""),
        DRIVERS,
        COMMITS,
        ROWS,
        faults,
        rows.size(),
        versions.size(),
        (System.nanoTime() - begin) / 1e9);

    assertThat(said.stream().filter(line -> line.startsWith("failed "))).isEmpty();
    assertThat(faults).as("faults").isGreaterThan(DRIVERS * COMMITS / 20);
    assertThat(acknowledged).hasSize(DRIVERS * COMMITS * ROWS);
    assertThat(rows)
        .extracting(row -> "run " + row.runId())
        .containsExactlyInAnyOrderElementsOf(acknowledged)
        .doesNotHaveDuplicates();
    assertThat(versions)
        .hasSize(DRIVERS * COMMITS)
        .containsExactlyElementsOf(
            IntStream.range(0, DRIVERS * COMMITS).mapToObj(version -> (long) version).toList());
  }

  private static List<Long> versions(StoreEngine engine, String log) throws IOException {
    List<Long> versions = new ArrayList<>();
    try (CloseableIterator<FileStatus> entries = engine.getFileSystemClient().listFrom(log + "0")) {
      while (entries.hasNext()) {
        String name = entries.next().getPath().replaceAll(".*/", "");
        if (name.matches("\\d{20}\\.json")) {
          versions.add(Long.parseLong(name.substring(0, 20)));
        }
      }
    }
    return versions;
  }
}
