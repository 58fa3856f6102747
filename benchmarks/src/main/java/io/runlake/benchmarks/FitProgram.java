package io.runlake.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A training program that knows Spark alone: it fits one pipeline a few times and prints what each
 * fit took and how many Spark jobs ran in it. {@code FitProgram <data> <rows> <iterations> <trees>
 * <fits> <save folder or ->}.
 */
public final class FitProgram {
  private static final int FEATURES = 20;

  private FitProgram() {}

  /**
   * Prints {@code session}, {@code fit} and {@code save} lines: wall seconds, jobs, marked jobs,
   * CPU seconds.
   */
  public static void main(String[] args) throws Exception {
    long started = System.nanoTime();
    SparkSession spark = SparkSession.builder().appName("fit-program").getOrCreate();
    System.out.println("session " + seconds(started) + " 0 0 " + cpuSeconds());
    try {
      JobCounter jobs = new JobCounter(spark);
      Dataset<Row> data = data(spark, Path.of(args[0]), Integer.parseInt(args[1]));
      Pipeline pipeline = pipeline(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
      for (int i = 0; i < Integer.parseInt(args[4]); i++) {
        jobs.reset();
        long begun = System.nanoTime();
        double cpu = cpuSeconds();
        PipelineModel model = pipeline.fit(data);
        jobs.print("fit", begun, cpu);
        if (!args[5].equals("-")) {
          jobs.reset();
          begun = System.nanoTime();
          cpu = cpuSeconds();
          model.write().save(Path.of(args[5]).resolve(UUID.randomUUID().toString()).toString());
          jobs.print("save", begun, cpu);
        }
      }
    } finally {
      spark.stop();
    }
  }

  private static String seconds(long since) {
    return String.format(Locale.ROOT, "%.3f", (System.nanoTime() - since) / 1e9);
  }

  /** Of this process, executor and compiler threads included: less shaken by what else runs. */
  private static double cpuSeconds() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime() / 1e9;
  }

  private static Dataset<Row> data(SparkSession spark, Path path, int rows) {
    if (Files.notExists(path.resolve("_SUCCESS"))) {
      Column[] columns = new Column[FEATURES + 1];
      Column sum = functions.lit(0);
      for (int i = 0; i < FEATURES; i++) {
        Column feature = functions.randn(i + 1L);
        columns[i] = feature.alias("f" + i);
        sum = sum.plus(feature.multiply(i % 3 - 1));
      }
      columns[FEATURES] = sum.plus(functions.randn(99)).gt(0).cast("double").alias("label");
      spark.range(0, rows, 1, 2).select(columns).write().mode("overwrite").parquet(path.toString());
    }
    Dataset<Row> data = spark.read().parquet(path.toString()).repartition(2).cache();
    if (data.count() != rows) {
      throw new IllegalStateException(path + " does not hold " + rows + " rows.");
    }
    return data;
  }

  private static Pipeline pipeline(int iterations, int trees) {
    String[] columns = new String[FEATURES];
    Arrays.setAll(columns, i -> "f" + i);
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new VectorAssembler().setInputCols(columns).setOutputCol("raw"),
              new StandardScaler().setInputCol("raw").setOutputCol("features").setWithMean(true),
              new LogisticRegression()
                  .setMaxIter(iterations)
                  .setTol(0)
                  .setElasticNetParam(0.5)
                  .setRegParam(1e-4)
                  .setPredictionCol("lr")
                  .setRawPredictionCol("lrRaw")
                  .setProbabilityCol("lrProbability"),
              new RandomForestClassifier().setNumTrees(trees).setMaxDepth(8).setSeed(1)
            });
  }

  /**
   * Counts jobs, those with the mark of Runlake's own work apart. It knows that mark by its text,
   * as a stranger would.
   */
  private static final class JobCounter extends SparkListener {
    private static final String FENCE = "benchmark.fence";

    private final SparkSession spark;
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger marked = new AtomicInteger();
    private volatile int fenceJob = -1;
    private volatile CountDownLatch fence = new CountDownLatch(1);

    JobCounter(SparkSession spark) {
      this.spark = spark;
      spark.sparkContext().addSparkListener(this);
    }

    void reset() throws InterruptedException {
      drain();
      all.set(0);
      marked.set(0);
    }

    /** The clocks are read first; events lag, so counts are read behind a job of our own. */
    void print(String what, long begun, double cpuBefore) throws InterruptedException {
      String took = seconds(begun);
      double cpu = cpuSeconds() - cpuBefore;
      drain();
      System.out.println(
          String.join(
              " ",
              what,
              took,
              Integer.toString(all.get()),
              Integer.toString(marked.get()),
              Double.toString(cpu)));
    }

    private void drain() throws InterruptedException {
      fence = new CountDownLatch(1);
      spark.sparkContext().setLocalProperty(FENCE, "true");
      spark.range(1).count();
      spark.sparkContext().setLocalProperty(FENCE, null);
      fence.await();
    }

    @Override
    public void onJobStart(SparkListenerJobStart event) {
      if (event.properties() != null && event.properties().getProperty(FENCE) != null) {
        fenceJob = event.jobId();
        return;
      }
      all.incrementAndGet();
      if (event.properties() != null
          && "true".equals(event.properties().getProperty("runlake.own"))) {
        marked.incrementAndGet();
      }
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd event) {
      if (event.jobId() == fenceJob) {
        fence.countDown();
      }
    }
  }
}
