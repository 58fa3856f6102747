package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.DatasetRef;
import io.runlake.store.RunId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A run for who may still log when its owner has ended it and closed its {@code Runlake}: from then
 * on what is logged goes in as a change of a run that has ended, durable when this is closed. For
 * one thread at a time.
 */
public final class OutlivingLog implements RunLog, AutoCloseable {
  private final ActiveRun run;
  private final Optional<Supplier<Runlake>> ours;
  private RunEditor editor;

  OutlivingLog(ActiveRun run, Optional<Supplier<Runlake>> ours) {
    this.run = run;
    this.ours = ours;
  }

  private void write(Consumer<RunLog> fact) {
    if (editor == null) {
      try {
        fact.accept(run);
        return;
      } catch (TrackingException refused) {
        if (refused.errorCode() != ErrorCode.INVALID_STATE) {
          throw refused;
        }
        editor = run.through(ours).edit(run.id());
      }
    }
    fact.accept(editor);
  }

  @Override
  public RunId id() {
    return run.id();
  }

  @Override
  public String artifactUri() {
    return run.artifactUri();
  }

  @Override
  public void logParams(Map<String, ?> params) {
    write(log -> log.logParams(params));
  }

  @Override
  public void logMetric(String key, double value, long step, Instant timestamp) {
    write(log -> log.logMetric(key, value, step, timestamp));
  }

  @Override
  public void logMetrics(Map<String, Double> metrics, long step) {
    write(log -> log.logMetrics(metrics, step));
  }

  @Override
  public void setTags(Map<String, String> tags) {
    write(log -> log.setTags(tags));
  }

  @Override
  public void deleteTag(String key) {
    write(log -> log.deleteTag(key));
  }

  @Override
  public void logInput(DatasetRef dataset) {
    write(log -> log.logInput(dataset));
  }

  @Override
  public void logArtifact(Path file, String artifactPath) {
    write(log -> log.logArtifact(file, artifactPath));
  }

  @Override
  public void logArtifacts(Path folder, String artifactPath) {
    write(log -> log.logArtifacts(folder, artifactPath));
  }

  @Override
  public void logText(String text, String artifactPath) {
    write(log -> log.logText(text, artifactPath));
  }

  @Override
  public void flush() {
    write(RunLog::flush);
  }

  /** Flushes what was logged after the end of the run. */
  @Override
  public void close() {
    if (editor != null) {
      editor.close();
    }
  }
}
