package io.runlake.tracking;

import io.runlake.store.DatasetRef;
import io.runlake.store.RunId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
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
  private final RunJournal journal;
  private final RunArtifacts artifacts;
  private final Clock clock;

  RunEditor(RunJournal journal, RunArtifacts artifacts, Clock clock) {
    this.journal = journal;
    this.artifacts = artifacts;
    this.clock = clock;
  }

  @Override
  public RunId id() {
    return journal.id();
  }

  @Override
  public String artifactUri() {
    return artifacts.folder();
  }

  @Override
  public void logParams(Map<String, ?> params) {
    journal.logParams(params);
  }

  @Override
  public void logMetric(String key, double value, long step, Instant timestamp) {
    journal.logMetrics(Collections.singletonMap(key, value), step, timestamp);
  }

  @Override
  public void logMetrics(Map<String, Double> metrics, long step) {
    journal.logMetrics(metrics, step, clock.instant());
  }

  @Override
  public void setTags(Map<String, String> tags) {
    journal.setTags(tags);
  }

  @Override
  public void deleteTag(String key) {
    journal.deleteTag(key);
  }

  @Override
  public void logInput(DatasetRef dataset) {
    journal.logInput(dataset);
  }

  @Override
  public void logArtifact(Path file, String artifactPath) {
    journal.checkOpen();
    artifacts.copyFile(file, artifactPath);
  }

  @Override
  public void logArtifacts(Path folder, String artifactPath) {
    journal.checkOpen();
    artifacts.copyFolder(folder, artifactPath);
  }

  @Override
  public void logText(String text, String artifactPath) {
    journal.checkOpen();
    artifacts.write(text, artifactPath);
  }

  /** Gives the run another name, and the tag {@code mlflow.runName} with it. */
  public void rename(String name) {
    journal.rename(name);
  }

  /** Marks the run as deleted. */
  public void delete() {
    journal.setDeleted(true);
  }

  /** Takes a deletion back. A run whose experiment is deleted comes back with the experiment. */
  public void restore() {
    journal.setDeleted(false);
  }

  @Override
  public void flush() {
    journal.outbox().flush();
  }

  /** Flushes. */
  @Override
  public void close() {
    flush();
  }
}
