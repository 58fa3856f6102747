package io.runlake.tracking;

import io.runlake.store.DatasetRef;
import io.runlake.store.RunId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;

/**
 * What can be logged to a run, by whoever holds it: the {@link ActiveRun} that it is, or the {@link
 * RunEditor} of a run that someone else started.
 *
 * <p>Thread-safe. Params, metrics, tags and inputs are checked at once, gathered, and written when
 * enough of them have gathered or half a second has passed, at {@link #flush()} and at the end.
 * Artifacts are written at once.
 *
 * <p>Limits are MLflow's: keys of at most 250 letters, digits, {@code _ - . / :} and spaces that
 * are a normalised path; param values of 6000 and tag values of 8000 characters, beyond which they
 * are cut, end with {@code ...} and are warned of once (or refused, see {@link
 * RunlakeOptions#truncateLongValues()}). One call takes at most 1000 metrics, 100 params or 100
 * tags, and 1,000,000 bytes of them; a call of which one part is refused logs nothing. Values of
 * keys that are named like secrets, and user-info in URLs, are redacted before they are kept.
 */
public sealed interface RunLog permits ActiveRun, OutlivingLog, RunEditor {
  RunId id();

  /** The folder of the run's files, a Hadoop path. */
  String artifactUri();

  /**
   * Logs params; a value is its {@code toString}. A param is written once: the same value again
   * changes nothing.
   *
   * @throws io.runlake.errors.TrackingException INVALID_PARAMETER_VALUE if one of them has another
   *     value already, or breaks a limit; then none is logged
   */
  void logParams(Map<String, ?> params);

  /**
   * Logs a point of a metric.
   *
   * @param value any double, NaN and infinities too
   * @param step may be negative
   * @param timestamp from 1970 to the end of 9999
   */
  void logMetric(String key, double value, long step, Instant timestamp);

  /** Logs a point of each metric, at one step and the present time. */
  void logMetrics(Map<String, Double> metrics, long step);

  /** Sets tags; a later value replaces the one before. {@code mlflow.runName} renames the run. */
  void setTags(Map<String, String> tags);

  /**
   * Deletes a tag.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST if the run has no such tag
   */
  void deleteTag(String key);

  /** Logs that the run read a dataset; the first mention of a kind, name and version stands. */
  void logInput(DatasetRef dataset);

  /**
   * Copies a local file into a folder of the run's artifacts.
   *
   * @param artifactPath the folder; empty text is the artifact folder itself
   */
  void logArtifact(Path file, String artifactPath);

  /** Copies what a local folder holds, and what is below, into a folder of the run's artifacts. */
  void logArtifacts(Path folder, String artifactPath);

  /** Writes a text file, in UTF-8. */
  void logText(String text, String artifactPath);

  /**
   * Returns when what was logged before the call is durable.
   *
   * @throws io.runlake.errors.TrackingException if it is not; it is kept, and the next flush or the
   *     end of the run tries again
   */
  void flush();

  default void logParam(String key, Object value) {
    logParams(Collections.singletonMap(key, String.valueOf(value)));
  }

  /** Logs a point at step 0 and the present time. */
  default void logMetric(String key, double value) {
    logMetric(key, value, 0);
  }

  /** Logs a point at the present time. */
  default void logMetric(String key, double value, long step) {
    logMetrics(Collections.singletonMap(key, value), step);
  }

  /** Logs a point of each metric, at step 0 and the present time. */
  default void logMetrics(Map<String, Double> metrics) {
    logMetrics(metrics, 0);
  }

  default void setTag(String key, String value) {
    setTags(Collections.singletonMap(key, value));
  }

  default void logArtifact(Path file) {
    logArtifact(file, "");
  }

  default void logArtifacts(Path folder) {
    logArtifacts(folder, "");
  }
}
