package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.hadoopio.HadoopFileIO;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunRow;
import io.runlake.store.StateTable;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * What a process holds of one root, however many stores it opens there: one engine and one writer
 * per table, so that its changes are grouped. Counted; the last store to close ends the writers.
 */
final class DeltaRoot {
  private static final Map<Key, DeltaRoot> OPEN = new HashMap<>();

  private record Key(String root, Map<String, String> fileSystem) {}

  private final Key key;
  private final StoreEngine engine;
  private final HadoopFiles hadoop;
  private final Assistant assistant;
  private final Clock clock;
  private final RunCommitter committer;
  private final DeltaRunStore runs;
  private final DeltaStateTable<ExperimentRow> experiments;
  private final DeltaStateTable<RegistryRow> registry;
  private final DeltaAlertLog alerts;
  private int stores;

  /** Joins the root of this process, or opens it; the settings of the first one to open it hold. */
  static DeltaRoot join(String root, StoreOptions options) {
    Key key = new Key(root, options.fileSystem());
    synchronized (OPEN) {
      DeltaRoot open = OPEN.get(key);
      if (open == null) {
        HadoopFiles hadoop = new HadoopFiles(options.fileSystem());
        open = new DeltaRoot(key, fileIO(root, hadoop), hadoop, options, Retry.defaults());
        OPEN.put(key, open);
      }
      open.stores++;
      return open;
    }
  }

  /** A root that nothing else shares, over the given files; for tests. */
  static DeltaRoot alone(String root, FileIO files, Retry retry) {
    return alone(root, files, new HadoopFiles(Map.of()), retry);
  }

  static DeltaRoot alone(String root, FileIO files, HadoopFiles hadoop, Retry retry) {
    return new DeltaRoot(
        new Key(root, Map.of("alone", Integer.toHexString(System.identityHashCode(files)))),
        files,
        hadoop,
        StoreOptions.defaults(),
        retry);
  }

  static FileIO fileIO(String root, HadoopFiles hadoop) {
    if (LocalFiles.isLocal(root)) {
      return new LocalFileIO(Map.of("parquet.compression", "SNAPPY"));
    }
    return S3.holds(new Path(root))
        ? new S3FileIO(hadoop, root)
        : new HadoopFileIO(hadoop.configuration());
  }

  private DeltaRoot(Key key, FileIO files, HadoopFiles hadoop, StoreOptions options, Retry retry) {
    this.key = key;
    this.hadoop = hadoop;
    this.engine = new StoreEngine(files, hadoop);
    DeltaTable<RunRow> runTable = table(TableSpec.RUNS);
    DeltaTable<MetricPoint> metricTable = table(TableSpec.METRICS);
    this.assistant = new Assistant(key.root());
    this.clock = options.clock();
    this.committer =
        new RunCommitter(
            key.root(),
            writer(metricTable, retry),
            writer(runTable, retry),
            assistant,
            options.queueBytes());
    this.runs =
        new DeltaRunStore(committer, new TableReader<>(runTable), new TableReader<>(metricTable));
    DeltaTable<ExperimentRow> experimentTable = table(TableSpec.EXPERIMENTS);
    this.experiments =
        new DeltaStateTable<>(
            experimentTable, writer(experimentTable, retry), retry, clock, assistant);
    DeltaTable<RegistryRow> registryTable = table(TableSpec.REGISTRY);
    this.registry =
        new DeltaStateTable<>(registryTable, writer(registryTable, retry), retry, clock, assistant);
    var alertTable = table(TableSpec.ALERTS);
    this.alerts = new DeltaAlertLog(alertTable, writer(alertTable, retry));
  }

  private <R> DeltaTable<R> table(TableSpec<R> spec) {
    return new DeltaTable<>(key.root(), spec, engine);
  }

  private <R> TableWriter<R> writer(DeltaTable<R> table, Retry retry) {
    return new TableWriter<>(table, retry, clock, assistant::later);
  }

  /**
   * Leaves the root when what was queued is written; the last one ends its threads. Waits also on a
   * thread that was interrupted before, because others' changes are queued too.
   */
  void leave() {
    boolean last;
    synchronized (OPEN) {
      stores--;
      last = stores <= 0;
      if (last) {
        OPEN.remove(key, this);
      }
    }
    if (!last) {
      committer.flush();
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      committer.close();
      assistant.close();
      hadoop.close();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  boolean exists() {
    return TableSpec.ALL.stream().anyMatch(spec -> table(spec).exists());
  }

  String root() {
    return key.root();
  }

  HadoopFiles hadoop() {
    return hadoop;
  }

  DeltaRunStore runs() {
    return runs;
  }

  StateTable<ExperimentRow> experiments() {
    return experiments;
  }

  StateTable<RegistryRow> registry() {
    return registry;
  }

  DeltaAlertLog alerts() {
    return alerts;
  }

  DeltaCare care() {
    return new DeltaCare(key.root(), engine);
  }

  Store.Counters counters() {
    return committer.counters();
  }

  void flush() {
    committer.flush();
  }
}
