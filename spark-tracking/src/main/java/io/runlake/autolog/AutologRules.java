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

  /** What a run keeps of a fitted model: its training summary, the weights of its features. */
  public static ModelRecord onModel(FittedModelFacts facts) {
    List<FittedModelFacts> all = new ArrayList<>();
    collect(facts, all);
    List<String> names = modelNames(all);
    Map<String, Integer> holders = new HashMap<>();
    for (FittedModelFacts model : all) {
      model.summary().keySet().forEach(key -> holders.merge(key, 1, Integer::sum));
      model.stepped().keySet().forEach(key -> holders.merge(key, 1, Integer::sum));
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    Map<String, List<Double>> stepped = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      FittedModelFacts model = all.get(i);
      String prefix = names.get(i) + ".";
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
    return new ModelRecord(metrics, stepped, ModelFiles.of(all, names));
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

  /**
   * The name of each model, as its estimator has it in the params. By place and not by uid: the
   * models of one-vs-rest share theirs.
   */
  private static List<String> modelNames(List<FittedModelFacts> all) {
    Map<String, Integer> total = new HashMap<>();
    all.forEach(model -> total.merge(model.name(), 1, Integer::sum));
    Map<String, Integer> seen = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (FittedModelFacts model : all) {
      String name = model.name();
      int number = seen.merge(name, 1, Integer::sum);
      names.add(total.get(name) > 1 ? name + "_" + number : name);
    }
    return names;
  }
}
