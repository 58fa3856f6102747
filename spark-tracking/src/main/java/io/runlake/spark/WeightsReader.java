package io.runlake.spark;

import io.runlake.autolog.FeatureWeights;
import io.runlake.autolog.FeatureWeights.Kind;
import io.runlake.autolog.FeatureWeights.Weight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.DecisionTreeClassificationModel;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.RandomForestClassificationModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.AFTSurvivalRegressionModel;
import org.apache.spark.ml.regression.DecisionTreeRegressionModel;
import org.apache.spark.ml.regression.GBTRegressionModel;
import org.apache.spark.ml.regression.GeneralizedLinearRegressionModel;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.regression.RandomForestRegressionModel;

/** Reads how much the features of a model weigh. Runs no Spark job. */
final class WeightsReader {
  /** A model of hashed text has a million features; a run keeps the greatest of them. */
  static final int MOST = 1000;

  private static final Comparator<Weight> GREATEST_FIRST =
      Comparator.comparingDouble(weight -> -Math.abs(weight.value()));

  private WeightsReader() {}

  /** Whether a stage has weights that can be read. */
  static boolean has(Transformer stage) {
    return importances(stage).isPresent()
        || stage instanceof LogisticRegressionModel
        || coefficients(stage).isPresent();
  }

  /** The weights; empty for a model that has none. */
  static Optional<FeatureWeights> read(Object model, TrainingData data) {
    Optional<Vector> importances = importances(model);
    if (importances.isPresent()) {
      return Optional.of(
          weights(Kind.FEATURE_IMPORTANCE, rows(importances.get(), "", features(model, data))));
    }
    if (model instanceof LogisticRegressionModel logistic) {
      return Optional.of(weights(Kind.COEFFICIENTS, logistic(logistic, data)));
    }
    return coefficients(model)
        .map(vector -> weights(Kind.COEFFICIENTS, rows(vector, "", features(model, data))));
  }

  /** The names of the features, read once: metadata of thousands of them take their time. */
  private static IntFunction<String> features(Object model, TrainingData data) {
    return data.elements(TrainingData.column(model, "featuresCol").orElse("features"));
  }

  private static Optional<Vector> importances(Object model) {
    if (model instanceof RandomForestClassificationModel forest) {
      return Optional.of(forest.featureImportances());
    }
    if (model instanceof RandomForestRegressionModel forest) {
      return Optional.of(forest.featureImportances());
    }
    if (model instanceof GBTClassificationModel boosted) {
      return Optional.of(boosted.featureImportances());
    }
    if (model instanceof GBTRegressionModel boosted) {
      return Optional.of(boosted.featureImportances());
    }
    if (model instanceof DecisionTreeClassificationModel tree) {
      return Optional.of(tree.featureImportances());
    }
    return model instanceof DecisionTreeRegressionModel tree
        ? Optional.of(tree.featureImportances())
        : Optional.empty();
  }

  private static Optional<Vector> coefficients(Object model) {
    if (model instanceof LinearSVCModel linear) {
      return Optional.of(linear.coefficients());
    }
    if (model instanceof LinearRegressionModel linear) {
      return Optional.of(linear.coefficients());
    }
    if (model instanceof GeneralizedLinearRegressionModel linear) {
      return Optional.of(linear.coefficients());
    }
    return model instanceof AFTSurvivalRegressionModel linear
        ? Optional.of(linear.coefficients())
        : Optional.empty();
  }

  private static List<Weight> logistic(LogisticRegressionModel model, TrainingData data) {
    IntFunction<String> features = features(model, data);
    Matrix matrix = model.coefficientMatrix();
    if (matrix.numRows() == 1) {
      return rows(model.coefficients(), "", features);
    }
    List<String> labels =
        TrainingData.column(model, "labelCol").map(data::labels).orElse(List.of());
    List<Weight> weights = new ArrayList<>();
    for (int row = 0; row < matrix.numRows(); row++) {
      double[] values = new double[matrix.numCols()];
      for (int column = 0; column < values.length; column++) {
        values[column] = matrix.apply(row, column);
      }
      String label = row < labels.size() ? labels.get(row) : Integer.toString(row);
      weights.addAll(rows(Vectors.dense(values), label, features));
      weights = new ArrayList<>(greatest(weights));
    }
    return weights;
  }

  /** The greatest of a vector, with their names; zeros only while there is room for all. */
  private static List<Weight> rows(Vector vector, String label, IntFunction<String> features) {
    double[] values = vector.toArray();
    Comparator<Integer> leastFirst =
        Comparator.<Integer>comparingDouble(i -> Math.abs(values[i]))
            .thenComparing(Comparator.reverseOrder());
    PriorityQueue<Integer> kept = new PriorityQueue<>(leastFirst);
    for (int i = 0; i < values.length; i++) {
      if (kept.size() < MOST && (values[i] != 0 || values.length <= MOST)) {
        kept.add(i);
      } else if (kept.size() == MOST && Math.abs(values[i]) > Math.abs(values[kept.peek()])) {
        kept.poll();
        kept.add(i);
      }
    }
    return kept.stream()
        .sorted(leastFirst.reversed())
        .map(i -> new Weight(label, features.apply(i), values[i]))
        .toList();
  }

  private static FeatureWeights weights(Kind kind, List<Weight> weights) {
    return new FeatureWeights(kind, greatest(weights));
  }

  private static List<Weight> greatest(List<Weight> weights) {
    return weights.stream().sorted(GREATEST_FIRST).limit(MOST).toList();
  }
}
