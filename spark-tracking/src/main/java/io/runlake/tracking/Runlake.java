package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.registry.ModelRegistry;
import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.store.ArtifactStore.ArtifactFile;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Experiments and runs under one root.
 *
 * <p>Thread-safe. Reads flush what this {@code Runlake} holds first, so one reads one's own writes.
 * Whatever the store refuses comes as a {@link io.runlake.errors.TrackingException}.
 */
public final class Runlake implements AutoCloseable {
  private static final String CLOSED = "Its Runlake was closed before the run ended.";

  private final Store store;
  private final boolean ownsStore;
  private final RunWriter writer;
  private final Experiments experiments;
  private final RunReader reader;
  private final RunStarter starter;
  private final ModelRegistry registry;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Runlake(Store store, boolean ownsStore, RunlakeOptions options) {
    this.store = store;
    this.ownsStore = ownsStore;
    this.writer = new RunWriter(store, options);
    this.experiments = new Experiments(store, options.clock());
    this.reader = new RunReader(store, experiments);
    this.starter = new RunStarter(experiments, writer);
    this.registry = ModelRegistry.over(store, ProcessFacts.user(), options.clock());
  }

  /**
   * Opens the store that a tracking URI names, such as {@code delta:/data/runlake}; reads and
   * writes nothing yet. Closing this {@code Runlake} closes the store.
   */
  public static Runlake open(String trackingUri) {
    return open(trackingUri, StoreOptions.defaults());
  }

  public static Runlake open(String trackingUri, StoreOptions options) {
    return open(trackingUri, options, RunlakeOptions.defaults().withClock(options.clock()));
  }

  public static Runlake open(String trackingUri, StoreOptions options, RunlakeOptions runs) {
    return new Runlake(
        TrackingException.mapped(() -> Stores.open(trackingUri, options)), true, runs);
  }

  /** Over a store that someone else opened, and closes. */
  public static Runlake over(Store store) {
    return over(store, RunlakeOptions.defaults());
  }

  public static Runlake over(Store store, RunlakeOptions options) {
    return new Runlake(store, false, options);
  }

  /**
   * The experiment of that name, made if it does not exist. One atomic operation: of any number of
   * callers in any number of processes all get the same one.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_ALREADY_EXISTS if it exists deleted
   */
  public Experiment experiment(String name) {
    return experiments.getOrCreate(name);
  }

  /** The experiment of that name, also a deleted one; empty if there is none. */
  public Optional<Experiment> findExperiment(String name) {
    return experiments.find(name);
  }

  /** The experiment of that id, also a deleted one; empty if there is none. */
  public Optional<Experiment> findExperiment(ExperimentId id) {
    return experiments.find(id);
  }

  /** All experiments that were not deleted, by name. */
  public List<Experiment> experiments() {
    return experiments.all().stream()
        .filter(experiment -> !experiment.deleted())
        .sorted(Comparator.comparing(Experiment::name))
        .toList();
  }

  /**
   * Finds experiments by MLflow's grammar: {@code name}, {@code creation_time}, {@code
   * last_update_time} and {@code tags.key}.
   */
  public Page<Experiment> searchExperiments(SearchQuery query, ViewType view) {
    return experiments.search(query, view);
  }

  /**
   * Marks an experiment as deleted, and so its runs; it keeps its name until it is renamed.
   *
   * @throws io.runlake.errors.TrackingException INVALID_STATE while runs of it are running, here or
   *     in another process; a run that starts at the same moment is not seen
   */
  public void deleteExperiment(ExperimentId id) {
    flush();
    reader.checkNoneRuns(id, writer.options().clock().instant());
    experiments.setLifecycle(id, RunRow.DELETED);
  }

  /** Takes a deletion back. */
  public void restoreExperiment(ExperimentId id) {
    experiments.setLifecycle(id, RunRow.ACTIVE);
  }

  /** Gives an experiment another name, also a deleted one. */
  public void renameExperiment(ExperimentId id, String name) {
    experiments.rename(id, name);
  }

  public void setExperimentTag(ExperimentId id, String key, String value) {
    experiments.setTag(id, key, value);
  }

  /** Starts a run with a random name in the experiment of that name. */
  public ActiveRun startRun(String experimentName) {
    return startRun(RunSpec.of(experimentName));
  }

  /** Starts a run. It becomes visible to others with its first flush, a second later at most. */
  public ActiveRun startRun(RunSpec spec) {
    checkOpen();
    return starter.start(this, spec);
  }

  /** As {@link #startRun(RunSpec)}, in the experiment of a run that is live. */
  ActiveRun startBeside(ActiveRun live, RunSpec spec) {
    checkOpen();
    return starter.startBeside(this, live, spec);
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new TrackingException(
          ErrorCode.INVALID_STATE,
          "This Runlake was closed; open another one to start or change runs.");
    }
  }

  /**
   * Goes on with a run that has ended, or whose program died: it is RUNNING again and this process
   * its owner. What was logged stays. A program that still writes to the run may go on doing so,
   * but how it ends the run no longer counts.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST if there is no such run;
   *     INVALID_PARAMETER_VALUE if it was deleted; INVALID_STATE if this process has it open
   */
  public ActiveRun resumeRun(RunId id) {
    checkOpen();
    if (LiveRuns.find(id).isPresent()) {
      throw new TrackingException(
          ErrorCode.INVALID_STATE,
          "The run " + id + " is open in this process; end it before it is resumed.");
    }
    flush();
    RunRow row = reader.existing(id);
    if (reader.deleted(row)) {
      throw TrackingException.invalid(
          "The run " + id + " was deleted; restore it, or its experiment, before it is resumed.");
    }
    return starter.resume(this, row, reader.artifacts(row));
  }

  /**
   * Runs the body in a run, which ends FINISHED when the body returns and FAILED with the error
   * when it throws, unless the body ended it; the caller gets the same object that the body threw.
   * If the run's end cannot be written while the body threw, that is a suppressed exception of it.
   */
  public <T, E extends Throwable> T withRun(RunSpec spec, RunBody<T, E> body) throws E {
    ActiveRun run = startRun(spec);
    T result;
    try {
      result = body.run(run);
    } catch (Throwable error) {
      try {
        run.fail(error);
      } catch (RuntimeException unwritten) {
        if (unwritten != error) {
          error.addSuppressed(unwritten);
        }
      }
      throw error;
    }
    run.end(RunStatus.FINISHED, Optional.empty());
    return result;
  }

  /**
   * Opens a run for changes, whatever its status and whoever owns it. Reads the run first, so that
   * the change comes after those which are there.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST if there is no such run;
   *     INVALID_STATE if this {@code Runlake} was closed
   */
  public RunEditor edit(RunId id) {
    checkOpen();
    Optional<ActiveRun> own =
        LiveRuns.find(id).filter(run -> run.belongsTo(this) && !run.journal().isEnded());
    flush();
    RunRow row = reader.existing(id);
    RunJournal journal =
        own.map(ActiveRun::journal)
            .orElseGet(() -> new RunJournal(row, reader.deleted(row), writer));
    return new RunEditor(journal, reader.artifacts(row), writer.options().clock());
  }

  /** The run of that id, also a deleted one; empty if there is none. */
  public Optional<Run> getRun(RunId id) {
    flush();
    return reader.find(id);
  }

  /**
   * Finds runs.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST for an experiment that
   *     there is not; {@link io.runlake.search.FilterException} for a filter or order that is wrong
   */
  public RunPage searchRuns(RunQuery query) {
    flush();
    return reader.search(query);
  }

  /**
   * How many runs a query finds; its order, columns and page do not matter.
   *
   * @throws io.runlake.errors.TrackingException as {@link #searchRuns} does
   */
  public long countRuns(RunQuery query) {
    flush();
    return reader.count(query);
  }

  /** Every point of a metric of a run, by step, time and value; none if it was never logged. */
  public List<MetricPoint> metricHistory(RunId id, String key) {
    flush();
    return reader.history(id, key);
  }

  /**
   * What lies directly below a folder of a run's artifacts.
   *
   * @param path empty text for the artifact folder itself
   */
  public List<ArtifactFile> listArtifacts(RunId id, String path) {
    flush();
    return reader.artifacts(reader.existing(id)).list(path);
  }

  /** Opens a file of a run's artifacts; the caller closes it. */
  public InputStream openArtifact(RunId id, String path) {
    flush();
    return reader.artifacts(reader.existing(id)).open(path);
  }

  /** The registered models; changes are signed with the user of this process. */
  public ModelRegistry registry() {
    return registry;
  }

  public Store store() {
    return store;
  }

  /** What became of the metric points that were logged through this {@code Runlake}. */
  public PointCounters counters() {
    return writer.counters();
  }

  /** Returns when everything that was logged before the call is durable. */
  public void flush() {
    writer.flush();
  }

  /**
   * Ends the runs that are still live as FAILED, flushes, and closes the store if this {@code
   * Runlake} opened it. Closing again does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    List<Throwable> failures = new ArrayList<>();
    for (ActiveRun run : LiveRuns.of(this)) {
      attempt(failures, () -> run.end(RunStatus.FAILED, Optional.of(CLOSED)));
    }
    attempt(failures, writer::flush);
    writer.close();
    if (ownsStore) {
      attempt(failures, () -> TrackingException.mapped(store::close));
    }
    if (!failures.isEmpty()) {
      Throwable first = failures.get(0);
      failures.stream().skip(1).filter(next -> next != first).forEach(first::addSuppressed);
      throw first instanceof RuntimeException usual ? usual : Outbox.failure(first);
    }
  }

  /** Whatever one step throws, the others are done, so that no thread outlives its owner. */
  private static void attempt(List<Throwable> failures, Runnable step) {
    try {
      step.run();
    } catch (Throwable e) {
      failures.add(e);
    }
  }
}
