package io.runlake.tracking;

import io.runlake.store.DatasetRef;
import io.runlake.store.RunId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * Changes a run that need not be this process's own, whatever its status: adds metrics, tags,
 * params and artifacts, renames, deletes, restores. What is changed is durable after {@link
 * #flush()} or {@link #close()}:
 *
 * <pre>{@code
 * try (RunEditor run = runlake.edit(id)) {
 *   run.logMetric("accuracy", 0.97);
 *   run.setTag("evaluated", "yes");
 * }
 * }</pre>
 *
 * <p>A deleted run refuses all but {@link #restore()}. Thread-safe.
 */
public final class RunEditor implements RunLog, AutoCloseable {
  RunEditor() {}

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

  /** Gives the run another name, and the tag {@code mlflow.runName} with it. */
  public void rename(String name) {
    throw new UnsupportedOperationException();
  }

  /** Marks the run as deleted. */
  public void delete() {
    throw new UnsupportedOperationException();
  }

  /** Takes a deletion back. */
  public void restore() {
    throw new UnsupportedOperationException();
  }

  /** Flushes. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
