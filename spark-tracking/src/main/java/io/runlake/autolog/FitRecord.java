package io.runlake.autolog;

import java.util.HashMap;
import java.util.Map;

/**
 * What a run keeps of an estimator.
 *
 * @param params keys as MLflow names them, at most 250 characters; values of any length
 * @param tags {@code estimator_name} and {@code estimator_class}
 * @param artifacts text files by their path, such as {@code estimator_info.json}
 */
public record FitRecord(
    Map<String, String> params, Map<String, String> tags, Map<String, String> artifacts) {
  public FitRecord {
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
    artifacts = Map.copyOf(artifacts);
  }

  /** The same with one more tag. */
  public FitRecord withTag(String key, String value) {
    Map<String, String> more = new HashMap<>(tags);
    more.put(key, value);
    return new FitRecord(params, more, artifacts);
  }
}
