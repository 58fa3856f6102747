package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.autolog.ModelRecord;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.Tags;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.scheduler.LiveListenerBus;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Fifty thousand ends of tasks while each write of the store takes a fifth of a second. */
@Tag("slow")
class ListenerStormTest {
  private static final int EVENTS = 50_000;

  /** What Spark's queue takes by default is twice that. */
  private static final int BURST = 5_000;

  private static final Duration COMMIT = Duration.ofMillis(200);

  /** The promise; a busy machine stays far below it, so it needs no slack. */
  private static final Duration CALLBACK_P99 = Duration.ofMillis(1);

  private static final long PATIENCE_MILLIS = 60_000;

  private final SparkContext context = TestSpark.session().sparkContext();
  private final String token = UUID.randomUUID().toString();
  private final FaultyStore store = new FaultyStore(token);
  private final Runlake runlake = Runlake.over(store);
  private SparkListenerStageSubmitted stage;
  private SparkListenerTaskEnd task;

  /** Real events of a job of a fit, to be sent again and again. */
  @BeforeEach
  void realEvents() throws Exception {
    Guard.reset();
    List<SparkListenerEvent> seen = new CopyOnWriteArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onStageSubmitted(SparkListenerStageSubmitted event) {
            seen.add(event);
          }

          @Override
          public void onTaskEnd(SparkListenerTaskEnd event) {
            seen.add(event);
          }
        };
    context.addSparkListener(listener);
    context.setLocalProperty(SparkProperties.FIT_TOKEN, token);
    try {
      JobCount.of(context, () -> TestSpark.session().range(10).repartition(1).count());
    } finally {
      context.setLocalProperty(SparkProperties.FIT_TOKEN, null);
      context.removeSparkListener(listener);
    }
    task = last(seen, SparkListenerTaskEnd.class);
    stage = last(seen, SparkListenerStageSubmitted.class);
    assertThat(stage.stageInfo().stageId()).isEqualTo(task.stageId());
  }

  @AfterEach
  void close() {
    store.heals();
    AutologFixture.settle();
    runlake.close();
    assertThat(Guard.failures()).isZero();
  }

  private static <T> T last(List<SparkListenerEvent> events, Class<T> type) {
    return events.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  @Test
  void aSlowStoreSlowsNoCallbackAndDropsNoEvent() throws Exception {
    LiveListenerBus bus = bus(new SparkConf());
    CostListener listener = listenTo(bus);
    store.breaks(FaultyStore.Verb.APPEND, () -> LockSupport.parkNanos(COMMIT.toNanos()));
    listener.open(token);
    bus.post(stage);
    for (int sent = 0; sent < EVENTS; sent += BURST) {
      OwnFitRun other = fitUnderWay();
      String otherToken = UUID.randomUUID().toString();
      listener.open(otherToken);
      for (int i = 0; i < BURST; i++) {
        bus.post(task);
      }
      CompletableFuture<FitCost> cost = new CompletableFuture<>();
      other.end(nothing(), cost);
      listener.close(otherToken, cost::complete);
      bus.waitUntilEmpty(PATIENCE_MILLIS);
    }
    CompletableFuture<FitCost> cost = new CompletableFuture<>();
    listener.close(token, cost::complete);
    FitCost sums = cost.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    assertThat(sums.tasks()).isEqualTo(EVENTS);
    assertThat(sums.complete()).isTrue();
    assertThat(sums.droppedEvents()).isZero();
    assertThat(SparkCompat.droppedEvents(bus)).isZero();
    AutologFixture.settle();
    assertThat(store.struck.get()).as("slow writes").isGreaterThanOrEqualTo(EVENTS / BURST);
    assertThat(runs())
        .hasSize(EVENTS / BURST)
        .allSatisfy(run -> assertThat(run.tags()).doesNotContainKey(Tags.INCOMPLETE));
    bus.stop();
  }

  @Test
  void aCallbackTakesLessThanAMillisecond() throws Exception {
    CostListener listener = new CostListener(event -> {}, () -> 0);
    store.breaks(FaultyStore.Verb.APPEND, () -> LockSupport.parkNanos(COMMIT.toNanos()));
    listener.open(token);
    listener.onStageSubmitted(stage);
    long[] nanos = new long[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      if (i % BURST == 0) {
        fitUnderWay().end(nothing(), CompletableFuture.completedFuture(null));
      }
      long began = System.nanoTime();
      listener.onTaskEnd(task);
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);
    long p99 = nanos[EVENTS * 99 / 100];
    System.out.printf(
        "ListenerStorm: a callback takes %.1f us (p99), at most %.1f us%n",
        p99 / 1e3, nanos[EVENTS - 1] / 1e3);
    assertThat(Duration.ofNanos(p99)).isLessThan(CALLBACK_P99);
  }

  @Test
  void whatSparkDropsIsCountedAndTheRunSaysThatItIsIncomplete() throws Exception {
    LiveListenerBus bus =
        bus(new SparkConf().set("spark.scheduler.listenerbus.eventqueue.capacity", "10"));
    CostListener listener = listenTo(bus);
    listener.open(token);
    bus.post(stage);
    bus.waitUntilEmpty(PATIENCE_MILLIS);
    for (int i = 0; i < EVENTS; i++) {
      bus.post(task);
    }
    bus.waitUntilEmpty(PATIENCE_MILLIS);
    OwnFitRun run = fitUnderWay();
    CompletableFuture<FitCost> cost = new CompletableFuture<>();
    run.end(nothing(), cost);
    listener.close(token, cost::complete);
    FitCost sums = cost.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    assertThat(sums.droppedEvents()).isPositive();
    assertThat(sums.tasks() + sums.droppedEvents()).isEqualTo(EVENTS);
    assertThat(sums.complete()).isFalse();
    AutologFixture.settle();
    assertThat(runs())
        .singleElement()
        .satisfies(
            read ->
                assertThat(read.tags())
                    .containsEntry(RunFacts.DROPPED_EVENTS, Long.toString(sums.droppedEvents()))
                    .containsEntry(RunFacts.COST_COMPLETE, "false")
                    .hasEntrySatisfying(
                        Tags.INCOMPLETE,
                        why -> assertThat(why).startsWith(sums.droppedEvents() + " events")));
    bus.stop();
  }

  private LiveListenerBus bus(SparkConf conf) {
    LiveListenerBus bus = new LiveListenerBus(conf);
    bus.start(context, MetricsSystem.createMetricsSystem("driver", conf));
    return bus;
  }

  private static CostListener listenTo(LiveListenerBus bus) {
    CostListener listener = new CostListener(bus::post, () -> SparkCompat.droppedEvents(bus));
    bus.addToQueue(listener, SparkCompat.QUEUE);
    return listener;
  }

  private OwnFitRun fitUnderWay() {
    OwnFitRun run = new OwnFitRun(() -> runlake.startRun(RunSpec.of("storm")), Optional.empty());
    run.begin(new FitRecord(Map.of("p", "1"), Map.of(), Map.of()), List.of());
    return run;
  }

  private static FitRun.FitEnd nothing() {
    return new FitRun.FitEnd(
        new ModelRecord(Map.of("m", 1.0), Map.of(), Map.of()),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private List<Run> runs() {
    return runlake.searchRuns(RunQuery.all()).runs();
  }
}
