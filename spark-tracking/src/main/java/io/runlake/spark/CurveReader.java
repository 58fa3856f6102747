package io.runlake.spark;

import io.runlake.autolog.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.classification.BinaryClassificationSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Reads the curves of a summary of two classes, each of which runs Spark jobs. Spark puts the
 * scores into about a hundred bins, so that is how many points there are.
 */
final class CurveReader {
  private static final int MOST = 10_000;

  private CurveReader() {}

  static List<Curve> read(BinaryClassificationSummary summary) {
    return List.of(
        new Curve(Curve.Kind.ROC, pairs(summary.roc())),
        new Curve(Curve.Kind.PRECISION_RECALL, pairs(summary.pr())),
        new Curve(Curve.Kind.THRESHOLD, thresholds(summary)));
  }

  private static List<List<Double>> pairs(Dataset<Row> curve) {
    List<List<Double>> rows = new ArrayList<>();
    for (Row row : curve.limit(MOST).collectAsList()) {
      rows.add(List.of(row.getDouble(0), row.getDouble(1)));
    }
    return rows;
  }

  private static List<List<Double>> thresholds(BinaryClassificationSummary summary) {
    Map<Double, Double> recall = byThreshold(summary.recallByThreshold());
    Map<Double, Double> f1 = byThreshold(summary.fMeasureByThreshold());
    List<List<Double>> rows = new ArrayList<>();
    byThreshold(summary.precisionByThreshold())
        .forEach(
            (threshold, precision) ->
                rows.add(
                    List.of(
                        threshold,
                        precision,
                        recall.getOrDefault(threshold, Double.NaN),
                        f1.getOrDefault(threshold, Double.NaN))));
    return rows;
  }

  private static Map<Double, Double> byThreshold(Dataset<Row> curve) {
    Map<Double, Double> values = new TreeMap<>();
    pairs(curve).forEach(pair -> values.put(pair.get(0), pair.get(1)));
    return values;
  }
}
