package io.runlake.autolog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.runlake.report.Csv;
import io.runlake.report.SvgPlot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The artifacts that are written of fitted models: JSON, CSV and plots. */
final class ModelFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int BARS = 30;

  private ModelFiles() {}

  /**
   * Texts by path.
   *
   * @param names of the models, which stand in front of a file that several models have
   */
  static Map<String, String> of(List<FittedModelFacts> models, List<String> names) {
    List<Map<String, String>> files = models.stream().map(m -> of(m.tables())).toList();
    Map<String, Integer> holders = new HashMap<>();
    files.forEach(own -> own.keySet().forEach(file -> holders.merge(file, 1, Integer::sum)));
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i++) {
      String prefix = names.get(i) + ".";
      files
          .get(i)
          .forEach((file, text) -> all.put((holders.get(file) > 1 ? prefix : "") + file, text));
    }
    return all;
  }

  private static Map<String, String> of(ModelTables tables) {
    Map<String, String> files = new LinkedHashMap<>();
    if (!tables.vectors().isEmpty()) {
      files.put("training_summary.json", json(tables.vectors()));
    }
    tables.weights().ifPresent(weights -> weights(weights, files));
    tables.curves().forEach(curve -> curve(curve, files));
    return files;
  }

  private static void weights(FeatureWeights weights, Map<String, String> files) {
    String file = weights.kind().file();
    files.put(file + ".json", json(byFeature(weights)));
    List<FeatureWeights.Weight> first =
        weights.weights().subList(0, Math.min(BARS, weights.weights().size()));
    files.put(
        file + ".svg",
        SvgPlot.bars(
            weights.kind().title(),
            first.stream().map(FeatureWeights.Weight::name).toList(),
            first.stream().map(FeatureWeights.Weight::value).toList()));
  }

  /** Weights by feature, as MLflow writes importances; by class first where there are classes. */
  private static Map<String, Object> byFeature(FeatureWeights weights) {
    Map<String, Object> byFeature = new LinkedHashMap<>();
    for (FeatureWeights.Weight weight : weights.weights()) {
      if (weight.label().isEmpty()) {
        byFeature.put(weight.feature(), weight.value());
      } else {
        @SuppressWarnings("unchecked")
        Map<String, Object> ofClass =
            (Map<String, Object>)
                byFeature.computeIfAbsent(weight.label(), label -> new LinkedHashMap<>());
        ofClass.put(weight.feature(), weight.value());
      }
    }
    return byFeature;
  }

  private static void curve(Curve curve, Map<String, String> files) {
    List<String> columns = curve.kind().columns();
    String file = "training_" + curve.kind().file();
    files.put(file + ".csv", Csv.text(columns, curve.rows()));
    List<SvgPlot.Series> series = new ArrayList<>();
    for (int i = 1; i < columns.size(); i++) {
      int column = i;
      List<double[]> points =
          curve.rows().stream().map(row -> new double[] {row.get(0), row.get(column)}).toList();
      series.add(new SvgPlot.Series(columns.get(i), points));
    }
    files.put(
        file + ".svg",
        SvgPlot.curves(
            "Training data: " + curve.kind().file().replace('_', ' '),
            columns.get(0),
            columns.size() == 2 ? columns.get(1) : "",
            series,
            curve.kind() == Curve.Kind.ROC));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Maps, lists and numbers did not become JSON.", e);
    }
  }
}
