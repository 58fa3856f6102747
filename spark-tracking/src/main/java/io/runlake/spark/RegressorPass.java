package io.runlake.spark;

import static org.apache.spark.sql.functions.expr;

import io.runlake.evaluate.RegressorEvaluation;
import io.runlake.evaluate.RegressorEvaluation.Errors;
import io.runlake.evaluate.RegressorEvaluation.Moments;
import io.runlake.evaluate.RegressorEvaluation.Quantile;
import io.runlake.evaluate.RegressorEvaluation.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Adds up the residuals of a regression model in one pass. */
final class RegressorPass {
  private static final List<Double> SHARES =
      List.of(0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0);

  /** As scikit-learn divides by where the true value is 0. */
  private static final String EPSILON = "2.220446049250313E-16D";

  private final Dataset<?> predictions;
  private final EvaluateOptions options;

  RegressorPass(Dataset<?> predictions, EvaluateOptions options) {
    this.predictions = predictions;
    this.options = options;
  }

  RegressorEvaluation run() {
    PredictionColumns columns = new PredictionColumns(predictions);
    String shares = SHARES.stream().map(s -> s + "D").collect(Collectors.joining(", "));
    Row sums =
        predictions
            .select(
                columns.number(options.labelCol()).as("y"),
                columns.number(options.predictionCol()).as("p"))
            .selectExpr("IF(y IS NULL OR isnan(y) OR p IS NULL OR isnan(p), NULL, y) AS y", "p")
            .selectExpr("y", "IF(y IS NULL, NULL, y - p) AS e")
            .agg(
                expr("count(y)"),
                expr("count(*)"),
                expr("avg(y)"),
                expr("var_pop(y)"),
                expr("avg(e)"),
                expr("var_pop(e)"),
                expr("avg(abs(e))"),
                expr("avg(e * e)"),
                expr("avg(abs(e) / greatest(abs(y), " + EPSILON + "))"),
                expr("max(abs(e))"),
                expr("percentile_approx(e, array(" + shares + "), 10000)"))
            .head();
    return evaluation(sums);
  }

  private static RegressorEvaluation evaluation(Row row) {
    long examples = row.getLong(0);
    long skipped = row.getLong(1) - examples;
    Sums sums =
        new Sums(
            examples,
            skipped,
            new Moments(number(row, 2), number(row, 3)),
            new Moments(number(row, 4), number(row, 5)),
            new Errors(number(row, 6), number(row, 7), number(row, 8), number(row, 9)));
    List<Quantile> quantiles = new ArrayList<>();
    if (examples > 0) {
      List<Double> residuals = row.getList(10);
      for (int i = 0; i < SHARES.size(); i++) {
        quantiles.add(new Quantile(SHARES.get(i), residuals.get(i)));
      }
    }
    return RegressorEvaluation.of(sums, quantiles);
  }

  private static double number(Row row, int column) {
    return row.isNullAt(column) ? Double.NaN : row.getDouble(column);
  }
}
