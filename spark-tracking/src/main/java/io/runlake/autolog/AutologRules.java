package io.runlake.autolog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules themselves. Pure functions, safe from any thread. */
public final class AutologRules {
  private static final int MAX_KEY = 250;
  private static final String SPARK_ML = "org.apache.spark.ml.";

  private AutologRules() {}

  /** What a run keeps of an estimator at the start of its fit. */
  public static FitRecord onFit(EstimatorFacts facts) {
    StageNames names = StageNames.of(facts);
    Map<String, String> params = new LinkedHashMap<>();
    ParamNames.flatten(facts, 0, names)
        .forEach((key, value) -> params.put(shortened(key), PythonText.str(value, names)));
    Map<String, String> tags =
        Map.of("estimator_name", facts.name(), "estimator_class", pythonClass(facts.className()));
    Map<String, String> artifacts = new HashMap<>();
    EstimatorInfo.json(facts, names).ifPresent(json -> artifacts.put("estimator_info.json", json));
    return new FitRecord(params, tags, artifacts);
  }

  /** What a run keeps of a fitted model's training summary. */
  public static ModelRecord onModel(FittedModelFacts facts) {
    List<FittedModelFacts> all = new ArrayList<>();
    collect(facts, all);
    Map<String, String> names = modelNames(all);
    Map<String, Integer> holders = new HashMap<>();
    for (FittedModelFacts model : all) {
      model.summary().keySet().forEach(key -> holders.merge(key, 1, Integer::sum));
      model.stepped().keySet().forEach(key -> holders.merge(key, 1, Integer::sum));
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    Map<String, List<Double>> stepped = new LinkedHashMap<>();
    for (FittedModelFacts model : all) {
      String prefix = names.get(model.uid()) + ".";
      model
          .summary()
          .forEach(
              (key, value) ->
                  metrics.put((holders.get(key) > 1 ? prefix : "") + "training_" + key, value));
      model
          .stepped()
          .forEach(
              (key, values) -> stepped.put((holders.get(key) > 1 ? prefix : "") + key, values));
    }
    return new ModelRecord(metrics, stepped);
  }

  /**
   * The class under which MLflow's users search: that of PySpark for Spark's own estimators, the
   * JVM's for all others, which have no Python class.
   */
  static String pythonClass(String className) {
    if (!className.startsWith(SPARK_ML)) {
      return className;
    }
    String rest = className.substring(SPARK_ML.length());
    return rest.indexOf('.') < 0 ? "pyspark.ml.pipeline." + rest : "pyspark.ml." + rest;
  }

  static String shortened(String key) {
    return key.length() <= MAX_KEY ? key : key.substring(0, MAX_KEY - 3) + "...";
  }

  private static void collect(FittedModelFacts model, List<FittedModelFacts> into) {
    into.add(model);
    model.stages().forEach(stage -> collect(stage, into));
  }

  /** Names of the stages by uid, as their estimators have them in the params. */
  private static Map<String, String> modelNames(List<FittedModelFacts> all) {
    Map<String, Integer> total = new HashMap<>();
    all.forEach(model -> total.merge(estimatorName(model), 1, Integer::sum));
    Map<String, Integer> seen = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (FittedModelFacts model : all) {
      String name = estimatorName(model);
      int number = seen.merge(name, 1, Integer::sum);
      names.put(model.uid(), total.get(name) > 1 ? name + "_" + number : name);
    }
    return names;
  }

  private static String estimatorName(FittedModelFacts model) {
    String name = EstimatorFacts.simpleName(model.className());
    return name.endsWith("Model") ? name.substring(0, name.length() - "Model".length()) : name;
  }
}
