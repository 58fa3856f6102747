package io.runlake.evaluate;

import io.runlake.report.Csv;
import io.runlake.report.SvgPlot;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How good the predictions of a regression model are.
 *
 * @param metrics {@code mean_squared_error}, {@code r2_score} and so on, as {@code mlflow.evaluate}
 *     has them, and {@code explained_variance_score} after scikit-learn
 * @param residualQuantiles of label minus prediction; approximate, within a ten thousandth of the
 *     rows
 * @param skipped rows without a label or a prediction
 */
public record RegressorEvaluation(
    Map<String, Double> metrics, List<Quantile> residualQuantiles, long skipped)
    implements Evaluation {
  /** The value that a share of the residuals is at most. */
  public record Quantile(double share, double residual) {}

  /**
   * What one pass over the predictions adds up. Without rows all but the first two are NaN.
   *
   * @param examples rows that count
   * @param skipped rows without a label or a prediction
   * @param label mean and variance of the labels
   * @param residual mean and variance of label minus prediction
   * @param errors of the absolute, squared, relative and greatest absolute error
   */
  public record Sums(long examples, long skipped, Moments label, Moments residual, Errors errors) {}

  /** Mean and variance of all rows, divided by their number. */
  public record Moments(double mean, double variance) {}

  /** Means of absolute, squared and relative absolute error, and the greatest absolute one. */
  public record Errors(double absolute, double squared, double relative, double greatest) {}

  public RegressorEvaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    residualQuantiles = List.copyOf(residualQuantiles);
  }

  /** Makes figures of sums. */
  public static RegressorEvaluation of(Sums sums, List<Quantile> quantiles) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("example_count", (double) sums.examples());
    if (sums.examples() > 0) {
      metrics.put("mean_absolute_error", sums.errors().absolute());
      metrics.put("mean_squared_error", sums.errors().squared());
      metrics.put("root_mean_squared_error", Math.sqrt(sums.errors().squared()));
      metrics.put("sum_on_target", sums.label().mean() * sums.examples());
      metrics.put("mean_on_target", sums.label().mean());
      if (sums.label().variance() > 0) {
        metrics.put("r2_score", 1 - sums.errors().squared() / sums.label().variance());
        metrics.put(
            "explained_variance_score", 1 - sums.residual().variance() / sums.label().variance());
      }
      metrics.put("max_error", sums.errors().greatest());
      metrics.put("mean_absolute_percentage_error", sums.errors().relative());
    }
    return new RegressorEvaluation(metrics, quantiles, sums.skipped());
  }

  @Override
  public Map<String, String> artifacts() {
    if (residualQuantiles.isEmpty()) {
      return Map.of();
    }
    Map<String, String> files = new LinkedHashMap<>();
    files.put(
        "residual_quantiles.csv",
        Csv.text(
            List.of("quantile", "residual"),
            residualQuantiles.stream().map(q -> List.of(q.share(), q.residual())).toList()));
    List<double[]> points =
        residualQuantiles.stream().map(q -> new double[] {q.share(), q.residual()}).toList();
    files.put(
        "residual_quantiles.svg",
        SvgPlot.curves(
            "residual quantiles",
            "quantile",
            "label - prediction",
            List.of(new SvgPlot.Series("residual", points)),
            false));
    return files;
  }
}
