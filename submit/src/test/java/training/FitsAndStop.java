package training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A few fits, and how long {@code spark.stop()} takes after them: {@code FitsAndStop <out>}. */
public final class FitsAndStop {
  private static final int FITS = 5;

  private FitsAndStop() {}

  /** Writes the milliseconds that the stop took. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().appName("fits-and-stop").getOrCreate();
    Dataset<Row> features =
        new VectorAssembler()
            .setInputCols(new String[] {"id"})
            .setOutputCol("features")
            .transform(spark.range(50).toDF());
    for (int i = 0; i < FITS; i++) {
      new KMeans().setK(2 + i).setSeed(1).fit(features);
    }
    long began = System.nanoTime();
    spark.stop();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    Files.write(Path.of(args[0]), List.of(Long.toString(millis)));
  }
}
