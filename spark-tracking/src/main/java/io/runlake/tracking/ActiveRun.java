package io.runlake.tracking;

import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A run of this process while it is written.
 *
 * <p>{@link #endRun()} says that the work is done: FINISHED. {@link #fail} says that it is not.
 * {@link #close()} without either of them ends the run FAILED, because that is what
 * try-with-resources does when its body threw before it came to {@code endRun()}:
 *
 * <pre>{@code
 * try (ActiveRun run = runlake.startRun("occupancy")) {
 *   run.logParam("depth", 5);
 *   run.logMetric("accuracy", train());
 *   run.endRun();
 * }
 * }</pre>
 *
 * <p>{@link Runlake#withRun} is the form that ends the run by itself and records the error. A run
 * is never left RUNNING: closing its {@link Runlake} ends it FAILED, and the exit of the JVM ends
 * it KILLED. After its end a run is changed by {@link Runlake#edit}.
 *
 * <p>Thread-safe.
 */
public final class ActiveRun implements RunLog, AutoCloseable {
  ActiveRun() {}

  @Override
  public RunId id() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String artifactUri() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void logParams(Map<String, ?> params) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void logMetric(String key, double value, long step, Instant timestamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void logMetrics(Map<String, Double> metrics, long step) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setTags(Map<String, String> tags) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void deleteTag(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void logInput(DatasetRef dataset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void logArtifact(Path file, String artifactPath) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void logArtifacts(Path folder, String artifactPath) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void logText(String text, String artifactPath) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void flush() {
    throw new UnsupportedOperationException();
  }

  public ExperimentId experimentId() {
    throw new UnsupportedOperationException();
  }

  /** The run's name. */
  public String name() {
    throw new UnsupportedOperationException();
  }

  /** Starts a run whose parent is this one, in the same experiment. */
  public ActiveRun startNested(String name) {
    return startNested(RunSpec.named(name));
  }

  /**
   * Starts a run whose parent is this one, in the same experiment unless the spec names another.
   */
  public ActiveRun startNested(RunSpec spec) {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends the run FINISHED. Returns when everything of the run is durable. Ending an ended run does
   * nothing: the first end stands.
   *
   * @throws io.runlake.errors.TrackingException if the end could not be written; the run is live
   *     still, and the end may be tried again
   */
  public void endRun() {
    endRun(RunStatus.FINISHED);
  }

  /** As {@link #endRun()}, with FINISHED, FAILED or KILLED. */
  public void endRun(RunStatus status) {
    throw new UnsupportedOperationException();
  }

  /** Ends the run FAILED, with the error as its message. */
  public void fail(Throwable error) {
    throw new UnsupportedOperationException();
  }

  /** Whether the run has ended. */
  public boolean ended() {
    throw new UnsupportedOperationException();
  }

  /** Ends the run FAILED if it has not ended; see the class. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
