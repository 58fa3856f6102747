package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.runlake.autolog.FitCost;
import io.runlake.testkit.TestSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sums of the jobs of a fit, on real Spark jobs. */
class CostListenerTest {
  private final SparkContext context = TestSpark.session().sparkContext();
  private final CostListener listener = CostListener.install(context);

  @AfterEach
  void clear() {
    context.setLocalProperty(SparkProperties.FIT_TOKEN, null);
    context.setLocalProperty(SparkProperties.OWN_WORK, null);
  }

  @Test
  void sumsTheJobsOfItsFitAndNoOthers() throws Exception {
    Dataset<Row> data = TestSpark.occupancy("datatest.txt");
    data.collectAsList();
    long begun = System.nanoTime();
    String token = begin();
    assertThat(data.collectAsList()).hasSize(2665);
    assertThat(data.groupBy("Occupancy").count().collectAsList()).hasSize(2);
    own(() -> data.collectAsList());
    FitCost cost = end(token);
    double wall = (System.nanoTime() - begun) / 1e9;
    data.collectAsList();

    assertThat(cost.complete()).isTrue();
    assertThat(cost.inputRows()).isEqualTo(2 * 2665);
    assertThat(cost.inputBytes()).isGreaterThan(2 * 200_000L);
    assertThat(cost.shuffleWriteBytes()).isPositive();
    assertThat(cost.shuffleReadBytes()).isEqualTo(cost.shuffleWriteBytes());
    assertThat(cost.jobs()).isBetween(2L, 3L);
    assertThat(cost.tasks()).isGreaterThanOrEqualTo(cost.jobs());
    assertThat(cost.failedTasks()).isZero();
    assertThat(cost.peakMemoryBytes()).isPositive();
    assertThat(cost.executorSeconds()).isPositive();
    assertThat(cost.wallSeconds()).isPositive().isLessThanOrEqualTo(wall);
    assertThat(cost.metrics())
        .containsOnlyKeys(
            "cost.wall_seconds",
            "cost.executor_seconds",
            "cost.cpu_seconds",
            "cost.gc_seconds",
            "cost.input_rows",
            "cost.input_bytes",
            "cost.shuffle_bytes",
            "cost.spill_bytes",
            "cost.peak_memory_bytes",
            "cost.jobs",
            "cost.tasks",
            "cost.failed_tasks")
        .containsEntry("cost.input_rows", 5330.0);
  }

  @Test
  void keepsParallelFitsApart() throws Exception {
    Dataset<Row> data = TestSpark.occupancy("datatest.txt");
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<FitCost>> costs = new ArrayList<>();
      for (int i = 1; i <= 8; i++) {
        int rows = 100 * i;
        costs.add(
            pool.submit(
                () -> {
                  String token = begin();
                  data.sparkSession().range(rows).repartition(1).collectAsList();
                  return end(token);
                }));
      }
      for (Future<FitCost> cost : costs) {
        assertThat(cost.get(60, TimeUnit.SECONDS).jobs()).isBetween(1L, 2L);
        assertThat(cost.get().complete()).isTrue();
        assertThat(cost.get().shuffleWriteBytes()).isPositive();
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aPartCountsForItselfAndForTheWhole() throws Exception {
    String whole = begin();
    TestSpark.session().range(10).repartition(1).count();
    FitCost first = part(whole, 100);
    FitCost second = part(whole, 1_000);
    FitCost all = end(whole);
    assertThat(first.complete()).isTrue();
    assertThat(first.tasks()).isPositive();
    assertThat(second.shuffleWriteBytes()).isGreaterThan(first.shuffleWriteBytes());
    assertThat(all.complete()).isTrue();
    assertThat(all.tasks()).isGreaterThan(first.tasks() + second.tasks());
    assertThat(all.jobs()).isGreaterThan(first.jobs() + second.jobs());
    assertThat(all.shuffleWriteBytes())
        .isGreaterThan(first.shuffleWriteBytes() + second.shuffleWriteBytes());
    assertThat(all.peakMemoryBytes()).isGreaterThanOrEqualTo(second.peakMemoryBytes());
  }

  private FitCost part(String whole, int rows) throws Exception {
    String token = UUID.randomUUID().toString();
    listener.openPart(token, whole);
    context.setLocalProperty(SparkProperties.FIT_TOKEN, token);
    TestSpark.session().range(rows).repartition(1).collectAsList();
    context.setLocalProperty(SparkProperties.FIT_TOKEN, whole);
    CompletableFuture<FitCost> cost = new CompletableFuture<>();
    listener.close(token, cost::complete);
    return cost.get(60, TimeUnit.SECONDS);
  }

  @Test
  void failedTasksAreCounted() throws Exception {
    String token = begin();
    Dataset<Row> broken = TestSpark.session().range(1).selectExpr("raise_error('on purpose')");
    assertThatThrownBy(broken::collectAsList).hasMessageContaining("on purpose");
    FitCost cost = end(token);
    assertThat(cost.failedTasks()).isPositive();
    assertThat(cost.metrics()).containsEntry("cost.failed_tasks", (double) cost.failedTasks());
  }

  @Test
  void forgetsWhatIsOver() throws Exception {
    end(begin());
    int before = listener.remembered();
    for (int i = 0; i < 20; i++) {
      String token = begin();
      TestSpark.session().range(10).repartition(2).count();
      end(token);
    }
    assertThat(listener.remembered()).isEqualTo(before);
  }

  @Test
  void aJobThatOutlivesTheFitIsWaitedFor() throws Exception {
    String token = begin();
    var running = new JavaSparkContext(context).parallelize(List.<Object>of(1, 2, 3), 1);
    var job = running.map(new Slow()).countAsync();
    assertThat(Slow.STARTED.await(60, TimeUnit.SECONDS)).isTrue();
    FitCost cost = end(token);
    assertThat(job.get()).isEqualTo(3L);
    assertThat(cost.complete()).isTrue();
    assertThat(cost.jobs()).isEqualTo(1);
    assertThat(cost.executorSeconds()).isGreaterThan(0.2);
    assertThat(cost.wallSeconds()).isLessThan(cost.executorSeconds() + 60);
  }

  @Test
  void theEndOfTheApplicationClosesAll() {
    CostListener alone = new CostListener(event -> {}, () -> 0);
    alone.open("a");
    CompletableFuture<FitCost> a = new CompletableFuture<>();
    alone.close("a", a::complete);
    assertThat(a).isNotDone();
    alone.onApplicationEnd(null);
    assertThat(a).isDone();
    assertThat(a.join().complete()).isFalse();
    CompletableFuture<FitCost> later = new CompletableFuture<>();
    alone.close("b", later::complete);
    assertThat(later).isDone();
    assertThat(alone.remembered()).isZero();
  }

  @Test
  void aCallbackThatThrowsHurtsNobody() throws Exception {
    String token = begin();
    context.setLocalProperty(SparkProperties.FIT_TOKEN, null);
    listener.close(
        token,
        cost -> {
          throw new NoClassDefFoundError("on purpose");
        });
    String next = begin();
    assertThat(TestSpark.session().range(5).repartition(1).count()).isEqualTo(5);
    assertThat(end(next).complete()).isTrue();
    assertThat(context.isStopped()).isFalse();
  }

  @Test
  void metricsOfAFitWithoutJobsAreZero() throws Exception {
    FitCost cost = end(begin());
    assertThat(cost.jobs()).isZero();
    assertThat(cost.complete()).isTrue();
    assertThat(cost.metrics().get("cost.wall_seconds")).isCloseTo(0, within(30.0));
  }

  private String begin() {
    String token = UUID.randomUUID().toString();
    listener.open(token);
    context.setLocalProperty(SparkProperties.FIT_TOKEN, token);
    return token;
  }

  private FitCost end(String token) throws Exception {
    context.setLocalProperty(SparkProperties.FIT_TOKEN, null);
    CompletableFuture<FitCost> cost = new CompletableFuture<>();
    listener.close(token, cost::complete);
    return cost.get(60, TimeUnit.SECONDS);
  }

  private void own(Runnable work) {
    context.setLocalProperty(SparkProperties.OWN_WORK, "true");
    work.run();
    context.setLocalProperty(SparkProperties.OWN_WORK, null);
  }

  /** A task that takes longer than the call that starts it; driver and executor are one JVM. */
  private static final class Slow
      implements org.apache.spark.api.java.function.Function<Object, Object> {
    private static final CountDownLatch STARTED = new CountDownLatch(1);

    @Override
    public Object call(Object value) throws InterruptedException {
      STARTED.countDown();
      new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
      return value;
    }
  }
}
