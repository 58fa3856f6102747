package io.runlake.store.delta;

import static io.delta.kernel.internal.util.Utils.singletonCloseableIterator;
import static io.delta.kernel.internal.util.Utils.toCloseableIterator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Rewrites files of {@code runs} as maintenance does, by hand: log entries of its own making. */
final class Rewriting {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DeltaTable<RunRow> table;
  private final TableReader<RunRow> reader;

  Rewriting(String root, StoreEngine engine) {
    this.table = new DeltaTable<>(root, TableSpec.RUNS, engine);
    this.reader = new TableReader<>(table);
  }

  /** Replaces the change rows in some of the files by one settled row for each run. */
  void settle(Predicate<TableReader.DataFile> which) throws IOException {
    rewrite(file -> file.path().contains("level=0") && which.test(file), row -> true, "1", false);
  }

  /** Takes all rows of a run out of the table. */
  void remove(RunId run) throws IOException {
    rewrite(file -> true, row -> !row.runId().equals(run), "0", true);
  }

  private void rewrite(
      Predicate<TableReader.DataFile> which,
      Predicate<RunRow> stays,
      String level,
      boolean dataChange)
      throws IOException {
    Snapshot snapshot = table.load(new SettlingCommitter()).orElseThrow();
    List<String> actions = new ArrayList<>();
    Map<RunId, RunRow> states = new LinkedHashMap<>();
    for (TableReader.DataFile file : reader.files(snapshot, Optional.empty())) {
      if (which.test(file)) {
        actions.add(removal(file.path(), dataChange));
        reader.read(
            file,
            row -> {
              if (stays.test(row)) {
                states.merge(row.runId(), row, RunRow::merge);
              }
            });
      }
    }
    Map<String, List<RunRow>> months = new TreeMap<>();
    states
        .values()
        .forEach(
            row -> months.computeIfAbsent(row.runId().month(), any -> new ArrayList<>()).add(row));
    for (Map.Entry<String, List<RunRow>> month : months.entrySet()) {
      actions.addAll(additions(level, month.getKey(), month.getValue(), dataChange));
    }
    String entry =
        String.format("%s/_delta_log/%020d.json", table.path(), snapshot.getVersion() + 1);
    actions.add(0, "{\"commitInfo\":{\"timestamp\":1,\"operation\":\"WRITE\"}}");
    new LocalFileIO(Map.of())
        .newOutputFile(entry)
        .writeAtomically(toCloseableIterator(actions.iterator()), false);
  }

  private String removal(String path, boolean dataChange) throws IOException {
    return JSON.writeValueAsString(
        Map.of(
            "remove",
            Map.of("path", relative(path), "deletionTimestamp", 1, "dataChange", dataChange)));
  }

  private List<String> additions(
      String level, String month, Collection<RunRow> rows, boolean dataChange) throws IOException {
    RowCodec<RunRow> codec = table.spec().codec();
    FilteredColumnarBatch batch =
        new FilteredColumnarBatch(
            new RowBatch(codec.schema(), codec.columns(List.copyOf(rows)), rows.size()),
            Optional.empty());
    String folder = table.path() + "/level=" + level + "/month=" + month;
    List<String> additions = new ArrayList<>();
    try (CloseableIterator<DataFileStatus> files =
        table
            .engine()
            .getParquetHandler()
            .writeParquetFiles(folder, singletonCloseableIterator(batch), List.of())) {
      while (files.hasNext()) {
        DataFileStatus file = files.next();
        Map<String, Object> add = new LinkedHashMap<>();
        add.put("path", relative(file.getPath()));
        add.put("partitionValues", Map.of("level", level, "month", month));
        add.put("size", file.getSize());
        add.put("modificationTime", file.getModificationTime());
        add.put("dataChange", dataChange);
        add.put("stats", JSON.writeValueAsString(statistics(rows)));
        additions.add(JSON.writeValueAsString(Map.of("add", add)));
      }
    }
    return additions;
  }

  private static Map<String, Object> statistics(Collection<RunRow> rows) {
    List<String> ids = rows.stream().map(row -> row.runId().value()).sorted().toList();
    List<String> of = rows.stream().map(row -> row.experimentId().value()).sorted().toList();
    int last = ids.size() - 1;
    return Map.of(
        "numRecords",
        rows.size(),
        "minValues",
        Map.of("run_id", ids.get(0), "experiment_id", of.get(0)),
        "maxValues",
        Map.of("run_id", ids.get(last), "experiment_id", of.get(last)));
  }

  private String relative(String path) {
    return path.substring(path.indexOf("/level=") + 1);
  }
}
