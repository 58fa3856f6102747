package io.runlake.tracking;

import io.runlake.registry.ModelRegistry;
import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.store.ArtifactStore.ArtifactFile;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunId;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Experiments and runs under one root.
 *
 * <p>Thread-safe. Reads flush what this {@code Runlake} holds first, so one reads one's own writes.
 * Whatever the store refuses comes as a {@link io.runlake.errors.TrackingException}.
 */
public final class Runlake implements AutoCloseable {
  private Runlake() {}

  /**
   * Opens the store that a tracking URI names, such as {@code delta:/data/runlake}; reads and
   * writes nothing yet. Closing this {@code Runlake} closes the store.
   */
  public static Runlake open(String trackingUri) {
    return open(trackingUri, StoreOptions.defaults());
  }

  public static Runlake open(String trackingUri, StoreOptions options) {
    throw new UnsupportedOperationException();
  }

  public static Runlake open(String trackingUri, StoreOptions options, RunlakeOptions runs) {
    throw new UnsupportedOperationException();
  }

  /** Over a store that someone else opened, and closes. */
  public static Runlake over(Store store) {
    return over(store, RunlakeOptions.defaults());
  }

  public static Runlake over(Store store, RunlakeOptions options) {
    throw new UnsupportedOperationException();
  }

  /**
   * The experiment of that name, made if it does not exist. One atomic operation: of any number of
   * callers in any number of processes all get the same one.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_ALREADY_EXISTS if it exists deleted
   */
  public Experiment experiment(String name) {
    throw new UnsupportedOperationException();
  }

  /** The experiment of that name, also a deleted one; empty if there is none. */
  public Optional<Experiment> findExperiment(String name) {
    throw new UnsupportedOperationException();
  }

  /** The experiment of that id, also a deleted one; empty if there is none. */
  public Optional<Experiment> findExperiment(ExperimentId id) {
    throw new UnsupportedOperationException();
  }

  /** All experiments that were not deleted, by name. */
  public List<Experiment> experiments() {
    throw new UnsupportedOperationException();
  }

  /**
   * Finds experiments by MLflow's grammar: {@code name}, {@code creation_time}, {@code
   * last_update_time} and {@code tags.key}.
   */
  public Page<Experiment> searchExperiments(SearchQuery query, ViewType view) {
    throw new UnsupportedOperationException();
  }

  /** Marks an experiment as deleted, and so its runs; it keeps its name until it is renamed. */
  public void deleteExperiment(ExperimentId id) {
    throw new UnsupportedOperationException();
  }

  /** Takes a deletion back. */
  public void restoreExperiment(ExperimentId id) {
    throw new UnsupportedOperationException();
  }

  /** Gives an experiment another name, also a deleted one. */
  public void renameExperiment(ExperimentId id, String name) {
    throw new UnsupportedOperationException();
  }

  public void setExperimentTag(ExperimentId id, String key, String value) {
    throw new UnsupportedOperationException();
  }

  /** Starts a run with a random name in the experiment of that name. */
  public ActiveRun startRun(String experimentName) {
    return startRun(RunSpec.of(experimentName));
  }

  /**
   * Starts a run. It becomes visible to others with its first flush, a few seconds later at most.
   */
  public ActiveRun startRun(RunSpec spec) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs the body in a run, which ends FINISHED when the body returns and FAILED with the error
   * when it throws; the caller gets the same object that the body threw. If the run's end cannot be
   * written while the body threw, that is a suppressed exception of it.
   */
  public <T, E extends Throwable> T withRun(RunSpec spec, RunBody<T, E> body) throws E {
    throw new UnsupportedOperationException();
  }

  /**
   * Opens a run for changes, whatever its status and whoever owns it. Reads the run first, so that
   * the change comes after those which are there.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST if there is no such run
   */
  public RunEditor edit(RunId id) {
    throw new UnsupportedOperationException();
  }

  /** The run of that id, also a deleted one; empty if there is none. */
  public Optional<Run> getRun(RunId id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Finds runs.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST for an experiment that
   *     there is not; {@link io.runlake.search.FilterException} for a filter or order that is wrong
   */
  public RunPage searchRuns(RunQuery query) {
    throw new UnsupportedOperationException();
  }

  /** Every point of a metric of a run, by step, time and value; none if it was never logged. */
  public List<MetricPoint> metricHistory(RunId id, String key) {
    throw new UnsupportedOperationException();
  }

  /**
   * What lies directly below a folder of a run's artifacts.
   *
   * @param path empty text for the artifact folder itself
   */
  public List<ArtifactFile> listArtifacts(RunId id, String path) {
    throw new UnsupportedOperationException();
  }

  /** Opens a file of a run's artifacts; the caller closes it. */
  public InputStream openArtifact(RunId id, String path) {
    throw new UnsupportedOperationException();
  }

  /** The registered models; changes are signed with the user of this process. */
  public ModelRegistry registry() {
    throw new UnsupportedOperationException();
  }

  public Store store() {
    throw new UnsupportedOperationException();
  }

  /** Returns when everything that was logged before the call is durable. */
  public void flush() {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends the runs that are still live as FAILED, flushes, and closes the store if this {@code
   * Runlake} opened it. Closing again does nothing.
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
