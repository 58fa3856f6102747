package io.runlake.autolog;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The params of an estimator and of all stages inside it under MLflow's names: those of the
 * outermost bare, those of inner ones as {@code StageName.param}.
 */
final class ParamNames {
  private ParamNames() {}

  /**
   * The params in order.
   *
   * @param level 0 for the outermost estimator, whose params go without a prefix
   */
  static Map<String, ParamValue> flatten(EstimatorFacts stage, int level, StageNames names) {
    Map<String, ParamValue> flat = new LinkedHashMap<>();
    String prefix = level == 0 ? "" : names.of(stage.uid()) + ".";
    for (ParamFact param : stage.params()) {
      if (param.value() instanceof ParamValue.Grid) {
        continue;
      }
      flat.put(prefix + param.name(), param.value());
      if (param.value() instanceof ParamValue.Stages nested) {
        nested.stages().forEach(inner -> flat.putAll(flatten(inner, level + 1, names)));
      } else if (param.value() instanceof ParamValue.Stage nested && !tuned(stage, param)) {
        flat.putAll(flatten(nested.facts(), level + 1, names));
      }
    }
    return flat;
  }

  /** What is tuned takes another value in each child, so the parent names it and no more. */
  private static boolean tuned(EstimatorFacts stage, ParamFact param) {
    return stage.kind() == EstimatorFacts.Kind.TUNING && param.name().equals("estimator");
  }
}
