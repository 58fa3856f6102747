package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.runlake.evaluate.ClassifierCounts;
import io.runlake.evaluate.ClassifierCounts.Pair;
import io.runlake.evaluate.ClassifierCounts.ScoreCount;
import io.runlake.evaluate.ClassifierEvaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Counts the predictions of a classifier in one pass: each row becomes one fact about its pair of
 * true and predicted class, and one about each of its scores; all facts are counted by one
 * aggregation.
 *
 * <p>Scores are put into bins of a monotone scale: log-odds for probabilities, which are then as
 * fine near 0 and 1 as in the middle, and a signed logarithm for raw scores. A bin is a 128th wide
 * on that scale for two classes, a 16th for more.
 */
final class ClassifierPass {
  /** More distinct labels than that are no classes. */
  static final int MAX_CLASSES = 1_000;

  /** Scores of more classes than that are not looked at: no areas, no calibration. */
  static final int MAX_SCORED = 100;

  private static final int MAX_FACTS = 500_000;
  private static final int PAIR = -1;
  private static final int SKIPPED = -2;

  private static final String BAD =
      "y IS NULL OR isnan(y) OR p IS NULL OR isnan(p) OR s IS NULL"
          + " OR exists(s, x -> x IS NULL OR isnan(x))";

  private static final String FACT =
      "named_struct('kind', %s, 'a', CAST(%s AS DOUBLE), 'b', CAST(%s AS DOUBLE),"
          + " 'bin', CAST(%s AS BIGINT), 'tenth', CAST(%s AS INT), 'score', CAST(%s AS DOUBLE),"
          + " 'loss', CAST(%s AS DOUBLE), 'squares', CAST(%s AS DOUBLE))";

  private static final String WIDTH = "IF(size(s) = 2, 128, 16)";
  private static final String ODDS =
      "CASE WHEN s[i] <= 0 THEN -1000000 WHEN s[i] >= 1 THEN 1000000"
          + " ELSE floor((ln(s[i]) - log1p(-s[i])) * "
          + WIDTH
          + ") END";
  private static final String RAW = "floor(signum(s[i]) * log1p(abs(s[i])) * " + WIDTH + ")";
  private static final String LOSS =
      "-ln(greatest(1e-15D, least(1 - 1e-15D,"
          + " IF(y >= 0 AND y < size(s) AND y = floor(y), s[CAST(y AS INT)], 0D))))";

  private final PredictionColumns columns;
  private final Dataset<?> predictions;
  private final EvaluateOptions options;
  private final Optional<String> scores;
  private final boolean probabilities;

  ClassifierPass(Dataset<?> predictions, EvaluateOptions options) {
    this.predictions = predictions;
    this.options = options;
    this.columns = new PredictionColumns(predictions);
    this.scores =
        options
            .scoreCol()
            .or(() -> Optional.of("probability").filter(columns::has))
            .or(() -> Optional.of("rawPrediction").filter(columns::has));
    this.probabilities = scores.filter(name -> !name.equals("rawPrediction")).isPresent();
  }

  ClassifierEvaluation run() {
    Column score = scores.map(columns::array).orElse(expr("CAST(array() AS ARRAY<DOUBLE>)"));
    Dataset<Row> facts =
        predictions
            .select(
                columns.number(options.labelCol()).as("y"),
                columns.number(options.predictionCol()).as("p"),
                score.as("s"))
            .select(expr("explode(" + facts() + ")").as("f"))
            .groupBy("f.kind", "f.a", "f.b", "f.bin", "f.tenth")
            .agg(
                count(lit(1)).as("examples"),
                sum(col("f.score")).as("sum"),
                min(col("f.score")).as("least"),
                sum(col("f.loss")).as("loss"),
                sum(col("f.squares")).as("squares"))
            .limit(MAX_FACTS + 1);
    return ClassifierEvaluation.of(counts(facts.collectAsList()));
  }

  private String facts() {
    String loss = probabilities ? LOSS : "0D";
    String pair = FACT.formatted(PAIR, "y", "p", "0", "0", "0D", loss, "0D");
    String tenth = probabilities ? "greatest(0, least(9, floor(s[i] * 10)))" : "0";
    String squares = probabilities ? "pow(s[i] - IF(y = i, 1D, 0D), 2)" : "0D";
    String one =
        FACT.formatted(
            "i",
            "IF(y = i, 1D, 0D)",
            "0D",
            probabilities ? ODDS : RAW,
            tenth,
            "s[i]",
            "0D",
            squares);
    String classes =
        "IF(size(s) = 0 OR size(s) > "
            + MAX_SCORED
            + ", CAST(array() AS ARRAY<INT>), sequence(IF(size(s) = 2, 1, 0), size(s) - 1))";
    String skipped = FACT.formatted(SKIPPED, "0D", "0D", "0", "0", "0D", "0D", "0D");
    return "IF("
        + BAD
        + ", array("
        + skipped
        + "), concat(array("
        + pair
        + "), transform("
        + classes
        + ", i -> "
        + one
        + ")))";
  }

  private ClassifierCounts counts(List<Row> facts) {
    Map<Pair, Long> pairs = new HashMap<>();
    List<ScoreCount> scored = new ArrayList<>();
    Set<Double> classes = new TreeSet<>();
    long skipped = 0;
    int scoredClasses = 0;
    double loss = 0;
    for (Row fact : facts) {
      int kind = fact.getInt(0);
      long examples = fact.getLong(5);
      if (kind == SKIPPED) {
        skipped += examples;
      } else if (kind == PAIR) {
        pairs.merge(new Pair(fact.getDouble(1), fact.getDouble(2)), examples, Long::sum);
        classes.add(fact.getDouble(1));
        classes.add(fact.getDouble(2));
        loss += fact.getDouble(8);
      } else {
        scored.add(score(fact, kind, examples));
        scoredClasses = Math.max(scoredClasses, kind + 1);
      }
    }
    refuseMany(classes, facts.size());
    return new ClassifierCounts(
        ScalaInterop.labels(columns.field(options.labelCol())),
        pairs,
        skipped,
        scoredClasses,
        scored,
        probabilities ? loss : Double.NaN,
        probabilities);
  }

  private static ScoreCount score(Row fact, int label, long examples) {
    return new ScoreCount(
        label,
        fact.getDouble(1) == 1,
        fact.getLong(3),
        fact.getInt(4),
        examples,
        fact.getDouble(6),
        fact.getDouble(7),
        fact.getDouble(9));
  }

  private void refuseMany(Set<Double> classes, int facts) {
    if (classes.size() > MAX_CLASSES || facts > MAX_FACTS) {
      throw new IllegalArgumentException(
          "The columns "
              + options.labelCol()
              + " and "
              + options.predictionCol()
              + " hold more than "
              + MAX_CLASSES
              + " distinct values, so they are no classes. Judge a regression model with"
              + " Evaluate.regressor.");
    }
  }
}
