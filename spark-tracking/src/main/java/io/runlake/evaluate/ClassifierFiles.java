package io.runlake.evaluate;

import io.runlake.report.Csv;
import io.runlake.report.SvgPlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables and plots of a classifier's evaluation. */
final class ClassifierFiles {
  /** More classes than that make no plot that a person could read; MLflow draws as many curves. */
  private static final int MAX_PLOTTED = 10;

  private static final int MAX_MATRIX = 50;
  private static final int MAX_POINTS = 1_000;

  private ClassifierFiles() {}

  static Map<String, String> of(ClassifierEvaluation evaluation) {
    Map<String, String> files = new LinkedHashMap<>();
    confusion(evaluation.confusion(), files);
    files.put("per_class_metrics.csv", perClass(evaluation));
    calibration(evaluation, files);
    curves(evaluation, files);
    return files;
  }

  /** One line for each pair that occurs, so that a thousand classes do not make a million lines. */
  private static void confusion(ConfusionMatrix confusion, Map<String, String> files) {
    List<String> labels = confusion.labels();
    List<List<Object>> rows = new ArrayList<>();
    double[][] shares = new double[labels.size()][labels.size()];
    for (int row = 0; row < labels.size(); row++) {
      for (int column = 0; column < labels.size(); column++) {
        long examples = confusion.counts().get(row).get(column);
        shares[row][column] = (double) examples / confusion.actual(row);
        if (examples > 0) {
          rows.add(List.of(labels.get(row), labels.get(column), examples));
        }
      }
    }
    files.put("confusion_matrix.csv", Csv.text(List.of("label", "prediction", "examples"), rows));
    if (labels.size() <= MAX_MATRIX) {
      files.put(
          "confusion_matrix.svg",
          SvgPlot.matrix("Normalized confusion matrix", "label", "prediction", labels, shares));
    }
  }

  private static String perClass(ClassifierEvaluation evaluation) {
    List<List<Object>> rows = new ArrayList<>();
    for (ClassMetrics one : evaluation.perClass()) {
      rows.add(
          Arrays.asList(
              one.label(),
              one.support(),
              one.precision(),
              one.recall(),
              one.f1(),
              one.scores().map(ScoreBins::rocAuc).orElse(null),
              one.scores().map(ScoreBins::prAuc).orElse(null)));
    }
    return Csv.text(
        List.of(
            "label",
            "support",
            "precision_score",
            "recall_score",
            "f1_score",
            "roc_auc",
            "precision_recall_auc"),
        rows);
  }

  private static void calibration(ClassifierEvaluation evaluation, Map<String, String> files) {
    if (evaluation.calibration().isEmpty()) {
      return;
    }
    List<List<Object>> rows = new ArrayList<>();
    Map<String, List<double[]>> points = new LinkedHashMap<>();
    for (CalibrationBin bin : evaluation.calibration()) {
      rows.add(
          List.of(bin.label(), bin.from(), bin.examples(), bin.meanPredicted(), bin.observed()));
      points
          .computeIfAbsent(bin.label(), label -> new ArrayList<>())
          .add(new double[] {bin.meanPredicted(), bin.observed()});
    }
    files.put(
        "calibration_curve.csv",
        Csv.text(
            List.of("label", "from", "examples", "mean_predicted", "fraction_of_positives"), rows));
    plot("calibration_curve", "mean predicted", "fraction of positives", points, true, files);
  }

  private static void curves(ClassifierEvaluation evaluation, Map<String, String> files) {
    List<List<Object>> rows = new ArrayList<>();
    Map<String, List<double[]>> roc = new LinkedHashMap<>();
    Map<String, List<double[]>> pr = new LinkedHashMap<>();
    for (ClassMetrics one : evaluation.perClass()) {
      List<ScoreBins.Point> points =
          one.scores().map(ScoreBins::points).map(ClassifierFiles::thinned).orElse(List.of());
      if (!points.isEmpty()) {
        points.forEach(p -> rows.add(row(one.label(), p)));
        List<double[]> ofClass = new ArrayList<>(List.of(new double[] {0, 0}));
        points.forEach(p -> ofClass.add(new double[] {p.falsePositiveRate(), p.recall()}));
        roc.put(one.label(), ofClass);
        List<double[]> recalls = new ArrayList<>();
        recalls.add(new double[] {0, points.get(0).precision()});
        points.forEach(p -> recalls.add(new double[] {p.recall(), p.precision()}));
        pr.put(one.label(), recalls);
      }
    }
    if (!rows.isEmpty()) {
      files.put(
          "threshold_curve.csv",
          Csv.text(
              List.of("label", "threshold", "false_positive_rate", "recall", "precision", "f1"),
              rows));
      plot("roc_curve_plot", "false positive rate", "true positive rate", roc, true, files);
      plot("precision_recall_curve_plot", "recall", "precision", pr, false, files);
    }
  }

  private static List<Object> row(String label, ScoreBins.Point point) {
    return List.of(
        label,
        point.threshold(),
        point.falsePositiveRate(),
        point.recall(),
        point.precision(),
        point.f1());
  }

  /** Evenly many of the points, the last among them. */
  private static List<ScoreBins.Point> thinned(List<ScoreBins.Point> points) {
    if (points.size() <= MAX_POINTS) {
      return points;
    }
    List<ScoreBins.Point> thin = new ArrayList<>();
    for (int i = 0; i < MAX_POINTS; i++) {
      thin.add(points.get((int) ((long) i * (points.size() - 1) / (MAX_POINTS - 1))));
    }
    return thin;
  }

  private static void plot(
      String file,
      String xAxis,
      String yAxis,
      Map<String, List<double[]>> curves,
      boolean diagonal,
      Map<String, String> files) {
    if (curves.size() <= MAX_PLOTTED) {
      List<SvgPlot.Series> series = new ArrayList<>();
      curves.forEach((name, points) -> series.add(new SvgPlot.Series(name, points)));
      String title = file.replace("_plot", "").replace('_', ' ');
      files.put(file + ".svg", SvgPlot.curves(title, xAxis, yAxis, series, diagonal));
    }
  }
}
