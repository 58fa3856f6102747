package io.runlake.store.delta;

import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Gives the current states of more runs than memory should hold: settled rows go through one by
 * one; held are only the runs that have changed since they were settled, and those of which there
 * are several settled rows.
 */
final class RunStream {
  private static final int FILES_AT_ONCE = 256;

  private final TableReader<RunRow> reader;
  private final NewestFiles newest;
  private final RunScan scan;
  private final Predicate<TableFile> wanted;
  private boolean given;

  RunStream(
      TableReader<RunRow> reader, NewestFiles newest, RunScan scan, Predicate<TableFile> wanted) {
    this.reader = reader;
    this.newest = newest;
    this.scan = scan;
    this.wanted = wanted;
  }

  /** What a consumer threw, on its way through what translates the errors of reading. */
  private static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Thrown(RuntimeException cause) {
      super(cause);
    }
  }

  void to(Consumer<RunRow> consumer) {
    try {
      stream(consumer);
    } catch (Thrown thrown) {
      throw (RuntimeException) thrown.getCause();
    } catch (IOException | RuntimeException e) {
      newest.forget();
      if (given && Storage.cause(e, FileNotFoundException.class).isPresent()) {
        throw new StoreException(
            StoreException.Kind.UNAVAILABLE,
            "Maintenance removed files of "
                + reader.table().path()
                + " while they were being read; ask again.",
            e);
      }
      throw Storage.translated(reader.table().path(), "read", e);
    }
  }

  private void stream(Consumer<RunRow> consumer) throws IOException {
    Optional<NewestFiles.Version> known = newest.newest();
    if (known.isEmpty()) {
      return;
    }
    NewestFiles.Version version = known.get();
    List<TableFile> settled = new ArrayList<>();
    List<TableFile> changes = new ArrayList<>();
    for (TableFile file : version.all()) {
      if (wanted.test(file)) {
        (file.in("level", "1") ? settled : changes).add(file);
      }
    }
    RowCodec<RunRow> codec = RunRowCodec.of(scan.parts());
    Map<RunId, RunRow> held = new HashMap<>();
    for (int from = 0; from < changes.size(); from += FILES_AT_ONCE) {
      List<TableFile> part = changes.subList(from, Math.min(changes.size(), from + FILES_AT_ONCE));
      ParallelReads.of(
              part, file -> DeltaRunStore.read(reader, file, version, codec, Optional.empty()))
          .forEach(rows -> rows.forEach(row -> held.merge(row.runId(), row, RunRow::merge)));
    }
    Set<RunId> several = several(settled, version);
    for (TableFile file : settled) {
      reader.read(
          file,
          version.plan(),
          codec,
          Optional.empty(),
          row -> {
            if (held.containsKey(row.runId()) || several.contains(row.runId())) {
              held.merge(row.runId(), row, RunRow::merge);
            } else {
              give(row, consumer);
            }
          });
    }
    held.values().forEach(row -> give(row, consumer));
  }

  private void give(RunRow row, Consumer<RunRow> consumer) {
    if (!scan.includes(row.experimentId())) {
      return;
    }
    given = true;
    try {
      consumer.accept(row);
    } catch (RuntimeException e) {
      throw new Thrown(e);
    }
  }

  /** The runs that have more than one settled row: settled twice, or by two at the same time. */
  private Set<RunId> several(List<TableFile> settled, NewestFiles.Version version)
      throws IOException {
    Set<RunId> once = new HashSet<>();
    Set<RunId> several = new HashSet<>();
    for (TableFile file : settled) {
      if (settled.stream().anyMatch(other -> other != file && overlap(file, other))) {
        reader.read(
            file,
            version.plan(),
            RunRowCodec.IDS,
            Optional.empty(),
            row -> {
              if (!once.add(row.runId())) {
                several.add(row.runId());
              }
            });
      }
    }
    return several;
  }

  private static boolean overlap(TableFile a, TableFile b) {
    return a.samePartition(b) && a.mayShare("experiment_id", b) && a.mayShare("run_id", b);
  }
}
