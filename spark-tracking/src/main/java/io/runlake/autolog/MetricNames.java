package io.runlake.autolog;

import io.runlake.store.DatasetRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What metrics of evaluators are called: {@code <metric>[-<call>]_<dataset>[-<number>]}, as MLflow
 * has it, where the name of the dataset is that of the table or file, since a JVM knows no names of
 * variables.
 */
public final class MetricNames {
  /** The name of data whose origin is not one table or file. */
  public static final String UNKNOWN = "unknown_dataset";

  private static final Set<String> NAMELESS = Set.of("unknown", "stream");
  private static final int MAX_NAME = 100;
  private static final Pattern EXTENSION = Pattern.compile("(?<=.)(\\.[A-Za-z][A-Za-z0-9]{0,9})+$");
  private static final Pattern UNFIT = Pattern.compile("[^A-Za-z0-9_.-]");

  private MetricNames() {}

  /**
   * The key of a metric.
   *
   * @param call the how manieth evaluation of that metric for the run it is, from 1
   * @param number the how manieth data of that name for the run it is, from 1
   */
  public static String key(String metric, int call, String dataset, int number) {
    return AutologRules.shortened(numbered(metric, call) + "_" + numbered(dataset, number));
  }

  private static String numbered(String name, int number) {
    return number <= 1 ? name : name + "-" + number;
  }

  /**
   * The name of data: the table without catalog and schema, or the last part of the path without
   * its extension.
   *
   * @param inputs what the data is read from
   */
  public static String dataset(List<DatasetRef> inputs) {
    if (inputs.size() != 1 || NAMELESS.contains(inputs.get(0).kind())) {
      return UNKNOWN;
    }
    String name = inputs.get(0).name().strip();
    if (inputs.get(0).kind().equals("jdbc")) {
      name = name.substring(name.lastIndexOf(' ') + 1);
    }
    int slash = name.lastIndexOf('/');
    while (slash >= 0 && slash == name.length() - 1) {
      name = name.substring(0, slash);
      slash = name.lastIndexOf('/');
    }
    String last =
        slash >= 0
            ? EXTENSION.matcher(name.substring(slash + 1)).replaceFirst("")
            : name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf(' ')) + 1);
    String clean = UNFIT.matcher(last.replace("`", "")).replaceAll("_");
    if (clean.isEmpty() || clean.chars().allMatch(c -> c == '_' || c == '.')) {
      return UNKNOWN;
    }
    return clean.length() <= MAX_NAME ? clean : clean.substring(0, MAX_NAME);
  }

  /**
   * The file {@code metric_info.json}: for each metric the class and the params of its evaluator.
   */
  public static String infoJson(Map<String, EstimatorFacts> evaluators) {
    Map<String, Object> info = new LinkedHashMap<>();
    evaluators.forEach(
        (key, evaluator) -> {
          StageNames names = StageNames.of(evaluator);
          Map<String, Object> params = new LinkedHashMap<>();
          ParamNames.flatten(evaluator, 0, names)
              .forEach((name, value) -> params.put(name, EstimatorInfo.plain(value, names)));
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("evaluator_class", AutologRules.pythonClass(evaluator.className()));
          one.put("params", params);
          info.put(key, one);
        });
    return EstimatorInfo.text(info);
  }
}
