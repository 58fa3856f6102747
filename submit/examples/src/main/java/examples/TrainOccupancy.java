package examples;

import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Learns from an office room's sensors whether somebody is in it: a logistic regression and a
 * random forest. A plain Spark program: {@code TrainOccupancy <datatraining.txt>}.
 */
public final class TrainOccupancy {
  /** The header of the file names seven of the eight columns, so they are named here. */
  private static final String SCHEMA =
      "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double,"
          + " HumidityRatio double, Occupancy int";

  private static final String[] SENSORS = {
    "Temperature", "Humidity", "Light", "CO2", "HumidityRatio"
  };

  private static final long SEED = 20150204L;

  private TrainOccupancy() {}

  /** Trains both pipelines on the file that the one argument names. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: TrainOccupancy <path of datatraining.txt>");
      System.exit(2);
    }
    SparkSession spark = SparkSession.builder().appName("train-occupancy").getOrCreate();
    try {
      Dataset<Row> training =
          spark.read().option("header", true).schema(SCHEMA).csv(args[0]).cache();

      LogisticRegression regression =
          new LogisticRegression()
              .setLabelCol("Occupancy")
              .setFeaturesCol("features")
              .setMaxIter(100);
      System.out.println("fitting a logistic regression");
      pipeline(regression).fit(training);

      RandomForestClassifier forest =
          new RandomForestClassifier()
              .setLabelCol("Occupancy")
              .setFeaturesCol("features")
              .setNumTrees(20)
              .setMaxDepth(5)
              .setSeed(SEED);
      System.out.println("fitting a random forest");
      pipeline(forest).fit(training);
    } finally {
      spark.stop();
    }
  }

  private static Pipeline pipeline(PipelineStage classifier) {
    VectorAssembler assembler =
        new VectorAssembler().setInputCols(SENSORS).setOutputCol("features");
    return new Pipeline().setStages(new PipelineStage[] {assembler, classifier});
  }
}
