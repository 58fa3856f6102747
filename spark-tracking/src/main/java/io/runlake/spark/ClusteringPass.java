package io.runlake.spark;

import io.runlake.evaluate.ClusteringEvaluation;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.evaluation.ClusteringEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Counts clusters in one pass; the silhouette is Spark's own and takes two more. */
final class ClusteringPass {
  private final Dataset<?> predictions;
  private final EvaluateOptions options;

  ClusteringPass(Dataset<?> predictions, EvaluateOptions options) {
    this.predictions = predictions;
    this.options = options;
  }

  ClusteringEvaluation run() {
    PredictionColumns columns = new PredictionColumns(predictions);
    SortedMap<Integer, Long> sizes = new TreeMap<>();
    long skipped = 0;
    Dataset<Row> clusters =
        predictions.select(columns.column(options.predictionCol()).cast("int").as("cluster"));
    for (Row row : clusters.groupBy("cluster").count().collectAsList()) {
      if (row.isNullAt(0)) {
        skipped += row.getLong(1);
      } else {
        sizes.put(row.getInt(0), row.getLong(1));
      }
    }
    Dataset<?> known =
        predictions.where(
            columns
                .column(options.featuresCol())
                .isNotNull()
                .and(columns.column(options.predictionCol()).isNotNull()));
    OptionalDouble silhouette =
        sizes.size() < 2 ? OptionalDouble.empty() : OptionalDouble.of(silhouette(known));
    return ClusteringEvaluation.of(sizes, silhouette, skipped);
  }

  private double silhouette(Dataset<?> known) {
    return new ClusteringEvaluator()
        .setFeaturesCol(options.featuresCol())
        .setPredictionCol(options.predictionCol())
        .evaluate(known);
  }
}
