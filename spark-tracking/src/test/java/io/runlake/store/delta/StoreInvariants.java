package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.flavor.ModelManifest;
import io.runlake.store.ExperimentId;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.RegistryRow;
import io.runlake.store.RegistryRow.Entry;
import io.runlake.store.RegistryRow.Kind;
import io.runlake.store.RunRow;
import io.runlake.store.StateRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** What holds of every store on the local disk, whenever its last process died. */
final class StoreInvariants {
  private static final Configuration HADOOP = new Configuration();

  private StoreInvariants() {}

  /** Reads every row of every table, and fails with what does not hold. */
  static void check(Path root) throws IOException {
    String uri = "file:" + root;
    for (TableSpec<?> spec : TableSpec.ALL) {
      log(root.resolve(spec.name()).resolve("_delta_log"));
    }
    List<ExperimentRow> experiments = CommitScript.raw(uri, TableSpec.EXPERIMENTS);
    dense(experiments);
    Map<ExperimentId, String> names = new HashMap<>();
    inOrder(experiments).forEach(row -> names.put(row.experimentId(), row.name()));
    assertThat(names.values()).as("names of experiments").doesNotHaveDuplicates();
    runs(
        CommitScript.raw(uri, TableSpec.RUNS),
        CommitScript.raw(uri, TableSpec.METRICS),
        names.keySet());
    registry(CommitScript.raw(uri, TableSpec.REGISTRY));
  }

  /** Versions without a gap, and nothing else under a name that readers of Delta look at. */
  private static void log(Path log) throws IOException {
    if (!Files.isDirectory(log)) {
      return;
    }
    List<String> files = new ArrayList<>();
    try (Stream<Path> found = Files.list(log)) {
      found.map(file -> file.getFileName().toString()).forEach(files::add);
    }
    files.removeIf(LocalFiles::isTemporary);
    files.sort(null);
    List<String> entries = files.stream().filter(file -> file.matches("\\d{20}\\.json")).toList();
    for (int version = 0; version < entries.size(); version++) {
      assertThat(entries.get(version)).isEqualTo(String.format("%020d.json", version));
    }
    assertThat(files)
        .allMatch(
            file -> file.matches("\\d{20}\\.(json|crc|checkpoint\\.parquet)|_last_checkpoint"));
  }

  private static <R extends StateRow> List<R> inOrder(List<R> rows) {
    return rows.stream().sorted((a, b) -> Long.compare(a.revision(), b.revision())).toList();
  }

  private static void dense(List<? extends StateRow> rows) {
    Set<Long> revisions = new HashSet<>();
    rows.forEach(row -> revisions.add(row.revision()));
    assertThat(revisions)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(1, revisions.size()).boxed().toList());
  }

  private static void runs(
      List<RunRow> rows, List<MetricPoint> points, Set<ExperimentId> experiments) {
    Set<MetricPoint> known = new HashSet<>(points);
    for (RunRow row : rows) {
      assertThat(experiments).as("experiment of %s", row).contains(row.experimentId());
      row.metrics()
          .forEach(
              (key, value) ->
                  assertThat(known)
                      .as("the point behind %s of %s", key, row.runId())
                      .contains(new MetricPoint(row.experimentId(), row.runId(), key, value)));
    }
  }

  private static void registry(List<RegistryRow> rows) {
    dense(rows);
    Map<Entry, RegistryRow> current = new HashMap<>();
    inOrder(rows).forEach(row -> current.put(row.entry(), row));
    Map<String, List<Integer>> versions = new HashMap<>();
    for (RegistryRow row : current.values()) {
      Entry entry = row.entry();
      if (entry.kind() == Kind.VERSION) {
        assertThat(current).as("the model of %s", entry).containsKey(Entry.model(entry.name()));
        versions.computeIfAbsent(entry.name(), none -> new ArrayList<>()).add(entry.version());
        RegistryRow.ModelSource model = row.model().orElseThrow();
        assertThat(ModelManifest.digest(model.source(), HADOOP))
            .as("the files of %s", entry)
            .isEqualTo(model.digest());
      }
    }
    versions.forEach(
        (name, numbers) ->
            assertThat(numbers)
                .as("versions of %s", name)
                .containsExactlyInAnyOrderElementsOf(
                    IntStream.rangeClosed(1, numbers.size()).boxed().toList()));
    for (RegistryRow row : current.values()) {
      row.aliases()
          .forEach(
              (alias, version) ->
                  assertThat(current.get(Entry.version(row.entry().name(), version)))
                      .as("target of %s", alias)
                      .satisfies(target -> assertThat(target.deleted()).isFalse()));
    }
  }
}
