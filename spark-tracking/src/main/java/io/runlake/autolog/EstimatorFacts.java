package io.runlake.autolog;

import java.util.List;
import java.util.Objects;

/**
 * What is known of an estimator, or of anything else that has params (an evaluator, a transformer
 * in a pipeline), copied out of Spark so that nothing of the user's is held or called later.
 *
 * @param className the JVM class
 * @param uid Spark's identifier of the instance
 * @param kind how it holds other stages
 * @param params the defined params, set or default, ordered by name
 */
public record EstimatorFacts(String className, String uid, Kind kind, List<ParamFact> params) {

  /** How something with params holds others. */
  public enum Kind {
    /** Its param {@code stages} holds stages. */
    PIPELINE,
    /** Its param {@code classifier} holds a classifier. */
    ONE_VS_REST,
    /** Its params {@code estimator}, {@code evaluator} and {@code estimatorParamMaps} do. */
    TUNING,
    /** Any of its params may hold a stage. */
    OTHER
  }

  public EstimatorFacts {
    Objects.requireNonNull(className, "className");
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(kind, "kind");
    params = List.copyOf(params);
  }

  /** The class name without its package and enclosing classes. */
  public String name() {
    return simpleName(className);
  }

  static String simpleName(String className) {
    return className.substring(
        Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
  }
}
