package io.runlake.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A store in this process's memory: an honest implementation of every port, without durability
 * beyond the process. It outlives {@link #close()}, as a root on disk outlives its writer.
 */
public final class MemoryStore implements Store {
  private static final Comparator<MetricPoint> POINTS =
      Comparator.comparing((MetricPoint point) -> point.key(), Stamp::compare)
          .thenComparing(MetricPoint::value);

  private final String name;
  private final Runs runs = new Runs();
  private final MemoryStateTable<ExperimentRow> experiments = new MemoryStateTable<>();
  private final MemoryStateTable<RegistryRow> registry = new MemoryStateTable<>();
  private final MemoryFiles files = new MemoryFiles();
  private final List<Alert> alerts = new CopyOnWriteArrayList<>();
  private final AtomicLong appended = new AtomicLong();

  /** An empty store that nothing else shares. */
  public MemoryStore(String name) {
    this.name = name;
  }

  @Override
  public String root() {
    return "memory:" + name;
  }

  @Override
  public boolean exists() {
    return appended.get() > 0 || !experiments.history().isEmpty() || !registry.history().isEmpty();
  }

  @Override
  public RunStore runs() {
    return runs;
  }

  @Override
  public StateTable<ExperimentRow> experiments() {
    return experiments;
  }

  @Override
  public StateTable<RegistryRow> registry() {
    return registry;
  }

  @Override
  public AlertLog alerts() {
    return new AlertLog() {
      @Override
      public void append(Alert alert) {
        alerts.add(alert);
      }

      @Override
      public List<Alert> all() {
        return alerts.stream().sorted(Comparator.comparingLong(Alert::at)).toList();
      }
    };
  }

  @Override
  public ArtifactStore artifacts() {
    return files;
  }

  @Override
  public PutIfAbsent claims() {
    return files;
  }

  @Override
  public StoreCare care() {
    return new Care();
  }

  @Override
  public Counters counters() {
    return new Counters(appended.get(), appended.get(), 0, 0);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  private final class Runs implements RunStore {
    private final List<RunRow> rows = new ArrayList<>();
    private final Set<MetricPoint> points = new LinkedHashSet<>();

    @Override
    public synchronized CompletableFuture<Void> append(RunBatch batch) {
      points.addAll(batch.points());
      rows.addAll(batch.rows());
      appended.incrementAndGet();
      return CompletableFuture.completedFuture(null);
    }

    private synchronized TableStats runStats() {
      return stats("runs", rows.size(), rows.stream().map(row -> row.runId().month()));
    }

    private synchronized TableStats metricStats() {
      return stats("metrics", points.size(), points.stream().map(point -> point.runId().month()));
    }

    @Override
    public synchronized Optional<RunRow> find(RunId id) {
      return rows.stream().filter(row -> row.runId().equals(id)).reduce(RunRow::merge);
    }

    @Override
    public void scan(RunScan scan, Consumer<RunRow> consumer) {
      Map<RunId, RunRow> states = new HashMap<>();
      synchronized (this) {
        rows.forEach(row -> states.merge(row.runId(), row, RunRow::merge));
      }
      states.values().stream()
          .filter(row -> scan.includes(row.experimentId()))
          .map(row -> only(scan.parts(), row))
          .forEach(consumer);
    }

    /** Without the maps that are not wanted, so that nobody comes to count on them. */
    private static RunRow only(Set<RunScan.Part> parts, RunRow row) {
      return row.withParams(parts.contains(RunScan.Part.PARAMS) ? row.params() : Map.of())
          .withTags(parts.contains(RunScan.Part.TAGS) ? row.tags() : Map.of())
          .withMetrics(parts.contains(RunScan.Part.METRICS) ? row.metrics() : Map.of())
          .withInputs(parts.contains(RunScan.Part.INPUTS) ? row.inputs() : Map.of());
    }

    @Override
    public synchronized List<MetricPoint> points(RunId run, Optional<String> key) {
      return points.stream()
          .filter(point -> point.runId().equals(run))
          .filter(point -> key.isEmpty() || key.get().equals(point.key()))
          .sorted(POINTS)
          .toList();
    }
  }

  /** No files and no commits: a table is at the version of its number of rows. */
  private static TableStats stats(String name, int rows, Stream<String> months) {
    return new TableStats(
        name,
        rows - 1L,
        0,
        0,
        OptionalLong.of(rows),
        name.equals("runs") ? OptionalLong.of(rows) : OptionalLong.empty(),
        0,
        months.collect(Collectors.toCollection(TreeSet::new)));
  }

  private final class Care implements StoreCare {
    @Override
    public List<TableStats> tables() {
      return Stream.of(
              stats("experiments", experiments.history().size(), Stream.empty()),
              runs.runStats(),
              runs.metricStats(),
              stats("registry", registry.history().size(), Stream.empty()),
              stats("alerts", alerts.size(), Stream.empty()))
          .filter(table -> table.rows().orElse(0) > 0)
          .toList();
    }

    @Override
    public void requireFormat() {}

    /** What is in memory is of this version. */
    @Override
    public List<TableUpgrade> upgrade(boolean dryRun) {
      return List.of();
    }

    /** There are no files that could be damaged, and no rows but those that were given. */
    @Override
    public void check(Checkup checkup) {}

    @Override
    public RunCounts runs() {
      RunCounts.Tally tally = new RunCounts.Tally();
      runs.current(RunScan.all())
          .forEach(run -> tally.add(run.status().map(StatusChange::status), run.deleted()));
      return tally.counts();
    }
  }
}
