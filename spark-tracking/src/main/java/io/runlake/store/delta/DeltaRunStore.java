package io.runlake.store.delta;

import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStore;
import io.runlake.store.TableExtent;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.io.api.Binary;

/** The tables {@code runs} and {@code metrics}. */
final class DeltaRunStore implements RunStore {
  /** How much of the heap the states of runs may take that are kept between scans. */
  private static final int KEPT_PART = 10;

  private static final Comparator<MetricPoint> POINTS =
      Comparator.comparing((MetricPoint point) -> point.key(), TableFile::compareUtf8)
          .thenComparing(MetricPoint::value)
          .thenComparing(point -> point.experimentId().value());

  private final RunCommitter committer;
  private final TableReader<RunRow> runs;
  private final TableReader<MetricPoint> metrics;
  private final NewestFiles runFiles;
  private final NewestFiles metricFiles;
  private final RunFolds folds;
  private final KeptPoints keptPoints = new KeptPoints();

  DeltaRunStore(
      RunCommitter committer, TableReader<RunRow> runs, TableReader<MetricPoint> metrics) {
    this(committer, runs, metrics, Runtime.getRuntime().maxMemory() / KEPT_PART);
  }

  /**
   * @param kept how many bytes of states are kept between scans, roughly
   */
  DeltaRunStore(
      RunCommitter committer,
      TableReader<RunRow> runs,
      TableReader<MetricPoint> metrics,
      long kept) {
    this.committer = committer;
    this.runs = runs;
    this.metrics = metrics;
    this.runFiles = new NewestFiles(runs, Clock.systemUTC());
    this.metricFiles = new NewestFiles(metrics, Clock.systemUTC());
    this.folds = new RunFolds(kept);
  }

  @Override
  public CompletableFuture<Void> append(RunBatch batch) {
    return committer.append(batch);
  }

  @Override
  public Optional<RunRow> find(RunId id) {
    return rows(
            runs,
            runFiles,
            file -> holds(file, id),
            RunRowCodec.only(id),
            FilterApi.eq(FilterApi.binaryColumn("run_id"), Binary.fromString(id.value())))
        .stream()
        .filter(row -> row.runId().equals(id))
        .reduce(RunRow::merge);
  }

  @Override
  public Optional<TableExtent> extent() {
    return reading(
        runs.table().path(),
        this::forget,
        () ->
            runFiles
                .newest()
                .map(
                    version ->
                        new TableExtent(
                            version.number(),
                            version.all().stream()
                                .mapToLong(file -> file.status().getSize())
                                .sum())));
  }

  @Override
  public List<MetricPoint> points(RunId run, Optional<String> key) {
    FilterPredicate ofRun =
        FilterApi.eq(FilterApi.binaryColumn("run_id"), Binary.fromString(run.value()));
    FilterPredicate filter =
        key.<FilterPredicate>map(
                of ->
                    FilterApi.and(
                        ofRun, FilterApi.eq(FilterApi.binaryColumn("key"), Binary.fromString(of))))
            .orElse(ofRun);
    Predicate<TableFile> wanted =
        file -> holds(file, run) && (key.isEmpty() || file.mayHold("key", key.get()));
    return reading(
        metrics.table().path(),
        metricFiles::forget,
        () -> points(new KeptPoints.Key(run, key), wanted, filter));
  }

  private List<MetricPoint> points(
      KeptPoints.Key key, Predicate<TableFile> wanted, FilterPredicate filter) throws IOException {
    Optional<NewestFiles.Version> version = metricFiles.newest();
    if (version.isEmpty()) {
      return List.of();
    }
    List<TableFile> files = version.get().all().stream().filter(wanted).toList();
    Set<String> names = files.stream().map(TableFile::name).collect(Collectors.toSet());
    Optional<KeptPoints.Points> known = keptPoints.of(key, names);
    if (known.filter(points -> points.files().size() == names.size()).isPresent()) {
      return known.get().points();
    }
    List<TableFile> missing =
        known.isEmpty()
            ? files
            : files.stream().filter(file -> !known.get().files().contains(file.name())).toList();
    List<MetricPoint> found =
        new ArrayList<>(known.map(KeptPoints.Points::points).orElse(List.of()));
    RowCodec<MetricPoint> codec = MetricPointCodec.only(key.run(), key.metric());
    ParallelReads.of(
            missing, file -> read(metrics, file, version.get(), codec, Optional.of(filter)))
        .forEach(found::addAll);
    found.removeIf(
        point ->
            !point.runId().equals(key.run())
                || key.metric().filter(of -> !of.equals(point.key())).isPresent());
    found.sort(POINTS);
    List<MetricPoint> points = once(found);
    keptPoints.keep(key, new KeptPoints.Points(names, points));
    return points;
  }

  private static boolean holds(TableFile file, RunId run) {
    return file.in("month", run.month()) && file.mayHold("run_id", run.value());
  }

  private static List<MetricPoint> once(List<MetricPoint> sorted) {
    List<MetricPoint> once = new ArrayList<>(sorted.size());
    MetricPoint last = null;
    for (MetricPoint point : sorted) {
      if (!point.equals(last)) {
        once.add(point);
      }
      last = point;
    }
    return List.copyOf(once);
  }

  /** Rows of the newest version, those that are wanted and perhaps others. */
  private static <R> List<R> rows(
      TableReader<R> reader,
      NewestFiles files,
      Predicate<TableFile> wanted,
      RowCodec<R> codec,
      FilterPredicate filter) {
    return reading(
        reader.table().path(),
        files::forget,
        () -> {
          Optional<NewestFiles.Version> version = files.newest();
          List<R> rows = new ArrayList<>();
          if (version.isPresent()) {
            List<TableFile> found = version.get().all().stream().filter(wanted).toList();
            ParallelReads.of(
                    found, file -> read(reader, file, version.get(), codec, Optional.of(filter)))
                .forEach(rows::addAll);
          }
          return rows;
        });
  }

  static <R> List<R> read(
      TableReader<R> reader,
      TableFile file,
      NewestFiles.Version version,
      RowCodec<R> codec,
      Optional<FilterPredicate> filter)
      throws IOException {
    List<R> rows = new ArrayList<>();
    reader.read(file, version.plan(), codec, filter, rows::add);
    return rows;
  }

  /** Reads; once more from anew if maintenance removed a file of the version that was read. */
  private static <T> T reading(String path, Runnable forget, Storage.Read<T> read) {
    return Storage.reading(
        path,
        () -> {
          try {
            return read.run();
          } catch (IOException | RuntimeException e) {
            forget.run();
            if (Storage.cause(e, FileNotFoundException.class).isEmpty()) {
              throw e;
            }
            return read.run();
          }
        });
  }

  @Override
  public void scan(RunScan scan, Consumer<RunRow> consumer) {
    Optional<List<RunRow>> states = reading(runs.table().path(), this::forget, () -> kept(scan));
    if (states.isPresent()) {
      states.get().forEach(consumer);
    } else {
      new RunStream(runs, runFiles, scan, files(scan)).to(consumer);
    }
  }

  private void forget() {
    runFiles.forget();
    synchronized (folds) {
      folds.clear();
    }
  }

  /** The states, from what is kept and the files that came since; empty if they are too many. */
  private Optional<List<RunRow>> kept(RunScan scan) throws IOException {
    synchronized (folds) {
      Optional<NewestFiles.Version> newest = runFiles.newest();
      if (newest.isEmpty()) {
        folds.clear();
        return Optional.of(List.of());
      }
      RunFolds.Fold fold = folds.of(scan, newest.get());
      if (!fold.of(newest.get()) && !add(fold, newest.get())) {
        return Optional.empty();
      }
      folds.keep(fold);
      List<RunRow> states = new ArrayList<>();
      for (RunRow state : fold.states()) {
        if (scan.includes(state.experimentId())) {
          states.add(state);
        }
      }
      return Optional.of(states);
    }
  }

  /** Adds the files that a fold lacks, unless they are too many to be kept. */
  private boolean add(RunFolds.Fold fold, NewestFiles.Version newest) throws IOException {
    RunScan scan = fold.scan();
    Predicate<TableFile> wanted = files(scan);
    List<TableFile> missing =
        newest.all().stream().filter(file -> !fold.has(file)).filter(wanted).toList();
    if (fold.weight() + missing.stream().mapToLong(RunFolds::weight).sum() > folds.most()) {
      return false;
    }
    RowCodec<RunRow> codec = RunRowCodec.of(scan.parts());
    for (List<RunRow> rows :
        ParallelReads.of(missing, file -> read(runs, file, newest, codec, Optional.empty()))) {
      rows.removeIf(row -> !scan.includes(row.experimentId()));
      fold.add(rows);
    }
    fold.complete(newest);
    return true;
  }

  /** The files that may hold runs of a scan. */
  private static Predicate<TableFile> files(RunScan scan) {
    return scan.experiments()
        .<Predicate<TableFile>>map(
            ids ->
                file ->
                    ids.stream()
                        .map(ExperimentId::value)
                        .anyMatch(id -> file.mayHold("experiment_id", id)))
        .orElse(file -> true);
  }
}
