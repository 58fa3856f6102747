package io.runlake.store.delta;

import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The current states of runs, kept from one scan to the next. Rows merge, so a newer version of the
 * table is what is kept merged with the rows of the files that it has in addition; files that
 * settling replaced hold nothing that the settled ones do not. Bounded: what has not been asked for
 * longest goes first. Not thread-safe.
 */
final class RunFolds {
  /** What a row holds beside its maps, and an entry of a map, roughly, in bytes. */
  private static final int ROW = 600;

  private static final int ENTRY = 120;

  /** What a row takes that is in a file with others; what a file takes that has next to no rows. */
  private static final int FILE_ROW = 1500;

  private static final long SMALL_FILE = 16 << 10;

  /** How much larger content is in memory than in a compressed file. */
  private static final int INFLATED = 4;

  private final long most;
  private final Map<RunScan, Fold> folds = new LinkedHashMap<>(16, 0.75f, true);

  /** The states that one scan gives. */
  static final class Fold {
    private final RunScan scan;
    private final Map<RunId, RunRow> states = new HashMap<>();
    private Set<String> files = new HashSet<>();
    private long generation;
    private long version = -1;
    private long weight;

    private Fold(RunScan scan) {
      this.scan = scan;
    }

    /** What it was made for; what it is given out for may be less. */
    RunScan scan() {
      return scan;
    }

    long weight() {
      return weight;
    }

    Iterable<RunRow> states() {
      return states.values();
    }

    /** Whether it is of that version, so that there is nothing to add. */
    boolean of(NewestFiles.Version newest) {
      return version == newest.number() && generation == newest.generation();
    }

    /** Whether rows of a file are in it. */
    boolean has(TableFile file) {
      return files.contains(file.name());
    }

    void add(List<RunRow> rows) {
      for (RunRow row : rows) {
        RunRow before = states.get(row.runId());
        RunRow after = before == null ? row : before.merge(row);
        if (after != before) {
          states.put(row.runId(), after);
          weight += RunFolds.weight(after) - (before == null ? 0 : RunFolds.weight(before));
        }
      }
    }

    /** Says that all files of a version that the scan asks for are in it. */
    void complete(NewestFiles.Version newest) {
      files = new HashSet<>(newest.files().keySet());
      version = newest.number();
      generation = newest.generation();
    }

    private boolean holdsIn(NewestFiles.Version newest) {
      return generation == newest.generation() || newest.files().keySet().containsAll(files);
    }
  }

  /**
   * @param most how many bytes of states are kept, roughly
   */
  RunFolds(long most) {
    this.most = most;
  }

  long most() {
    return most;
  }

  /** What is kept for a scan, or an empty fold. */
  Fold of(RunScan scan, NewestFiles.Version newest) {
    folds.values().removeIf(fold -> !fold.holdsIn(newest));
    RunScan wider = new RunScan(scan.experiments(), RunScan.all().parts());
    for (RunScan kept : List.of(RunScan.all(), wider)) {
      Fold fold = folds.get(kept);
      if (fold != null) {
        return fold;
      }
    }
    Fold fold = folds.get(scan);
    return fold == null ? new Fold(scan) : fold;
  }

  /** Keeps a fold, if it is not too large. */
  void keep(Fold fold) {
    folds.putIfAbsent(fold.scan, fold);
    long total = folds.values().stream().mapToLong(kept -> kept.weight).sum();
    Iterator<Fold> eldest = folds.values().iterator();
    while (total > most && eldest.hasNext()) {
      total -= eldest.next().weight;
      eldest.remove();
    }
  }

  void clear() {
    folds.clear();
  }

  private static long weight(RunRow row) {
    long entries =
        row.params().size() + row.tags().size() + row.metrics().size() + row.inputs().size();
    return ROW + ENTRY * entries;
  }

  /** What the states of a file may take, judged from outside. */
  static long weight(TableFile file) {
    return file.rows() * FILE_ROW + Math.max(0, file.status().getSize() - SMALL_FILE) * INFLATED;
  }
}
