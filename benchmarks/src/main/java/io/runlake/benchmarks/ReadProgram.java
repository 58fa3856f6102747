package io.runlake.benchmarks;

import io.runlake.maintenance.Maintenance;
import io.runlake.maintenance.MaintenanceOptions;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.RunStore;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * Fills a store and reads it, in a JVM of its own; prints the milliseconds of each call, one a
 * line. A store is filled through the store's own port, in group commits.
 */
public final class ReadProgram {
  static final int KEYS = 10;
  static final int PARAMS_OF_THE_WIDE_RUN = 750;
  static final String KEY = "loss";

  private static final int RUNS_IN_A_COMMIT = 50;
  private static final int POINTS_IN_A_COMMIT = 500;
  private static final int PAIRS = 15;
  private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");

  private ReadProgram() {}

  /** {@code ReadProgram <what> <root> <count> [<run> ...]}. */
  public static void main(String[] args) {
    String uri = "delta:" + args[1];
    int count = Integer.parseInt(args[2]);
    switch (args[0]) {
      case "write" -> write(uri, count);
      case "history" -> writeHistory(uri, count);
      case "maintain" -> maintain(uri);
      case "search" -> search(uri, count, RunQuery.all());
      case "filter" -> search(uri, count, filtered());
      case "get" -> get(uri, count, new RunId(args[3]));
      case "points" -> points(uri, count, runs(args).subList(0, 1));
      case "points-of-others" -> points(uri, count, runs(args));
      default -> throw new IllegalArgumentException("Nothing is called " + args[0]);
    }
  }

  private static List<RunId> runs(String[] args) {
    return Arrays.stream(args).skip(3).map(RunId::new).toList();
  }

  private static RunQuery filtered() {
    return RunQuery.all().withFilter("metrics.metric1 > 0.5 AND params.param2 = '3'");
  }

  /** Runs of ten params and ten metrics, each in two rows of two commits; the wide one last. */
  private static void write(String uri, int count) {
    try (Runlake runlake = Runlake.open(uri)) {
      ExperimentId experiment = runlake.experiment("search").id();
      RunStore store = runlake.store().runs();
      for (int from = 0; from < count; from += RUNS_IN_A_COMMIT) {
        List<RunRow> starts = new ArrayList<>();
        List<RunRow> ends = new ArrayList<>();
        for (int i = from; i < Math.min(count, from + RUNS_IN_A_COMMIT); i++) {
          RunId id = RunId.newId(START.plusSeconds(i));
          starts.add(start(id, experiment, i, KEYS));
          ends.add(end(id, experiment, i));
        }
        store.append(new RunBatch(List.of(), starts)).join();
        store.append(new RunBatch(List.of(), ends)).join();
      }
      RunId wide = RunId.newId(START.plusSeconds(count));
      store.append(RunBatch.of(start(wide, experiment, count, PARAMS_OF_THE_WIDE_RUN))).join();
      System.out.println(wide);
    }
  }

  private static RunRow start(RunId id, ExperimentId experiment, int i, int params) {
    Map<String, Stamp> values = new HashMap<>();
    for (int p = 0; p < params; p++) {
      values.put("param" + p, Stamp.of(1, Integer.toString((i + p) % 7)));
    }
    Instant at = START.plusSeconds(i);
    return RunRow.of(id, experiment)
        .withOrigin(new RunOrigin("ann", "Train.scala", at, "file:/artifacts/" + id))
        .withStatus(StatusChange.running(at.toEpochMilli()))
        .withName(Stamp.of(1, "run-" + i))
        .withParams(values);
  }

  private static RunRow end(RunId id, ExperimentId experiment, int i) {
    Map<String, MetricValue> metrics = new HashMap<>();
    Instant at = START.plusSeconds(i + 60);
    for (int m = 0; m < KEYS; m++) {
      double value = Math.abs(Math.sin(i * 7.0 + m));
      metrics.put("metric" + m, new MetricValue(0, at.toEpochMilli(), value));
    }
    return RunRow.of(id, experiment)
        .withStatus(
            new StatusChange(
                0, 2, at.toEpochMilli(), RunStatus.FINISHED, Optional.of(at), Optional.empty()))
        .withMetrics(metrics);
  }

  /**
   * Points of one metric of many runs, two of them side by side, some hundreds in a commit. The
   * runs have more points together than a process keeps of what it was asked for.
   */
  private static void writeHistory(String uri, int count) {
    try (Runlake runlake = Runlake.open(uri)) {
      ExperimentId experiment = runlake.experiment("history").id();
      for (int pair = 0; pair < PAIRS; pair++) {
        List<RunId> runs =
            List.of(
                RunId.newId(START.plusSeconds(2L * pair)),
                RunId.newId(START.plusSeconds(2L * pair + 1)));
        for (int from = 0; from < count; from += POINTS_IN_A_COMMIT) {
          int to = Math.min(count, from + POINTS_IN_A_COMMIT);
          List<MetricPoint> points = new ArrayList<>();
          for (RunId id : runs) {
            IntStream.range(from, to).forEach(step -> points.add(point(id, experiment, step)));
          }
          RunRow row = start(runs.get(1), experiment, 0, KEYS);
          runlake.store().runs().append(new RunBatch(points, List.of(row))).join();
        }
        runs.forEach(System.out::println);
      }
    }
  }

  private static MetricPoint point(RunId id, ExperimentId experiment, int step) {
    long at = START.toEpochMilli() + 1000L * step;
    return new MetricPoint(experiment, id, KEY, new MetricValue(step, at, 1.0 / (1 + step)));
  }

  private static void maintain(String uri) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    Maintenance.run(spark, uri, MaintenanceOptions.defaults(), System.err);
    spark.stop();
  }

  private static void search(String uri, int turns, RunQuery query) {
    RunQuery asked = query.withOrderBy("metrics.metric0 DESC").withMaxResults(100);
    try (Runlake runlake = Runlake.open(uri)) {
      time(turns, turn -> require(runlake.searchRuns(asked).runs().size(), 100));
    }
  }

  private static void get(String uri, int turns, RunId run) {
    try (Runlake runlake = Runlake.open(uri)) {
      time(
          turns,
          turn ->
              require(runlake.getRun(run).orElseThrow().params().size(), PARAMS_OF_THE_WIDE_RUN));
    }
  }

  /** The points of one run after the other, over and over. */
  private static void points(String uri, int turns, List<RunId> runs) {
    try (Runlake runlake = Runlake.open(uri)) {
      int expected = runlake.metricHistory(runs.get(0), KEY).size();
      System.err.println(expected + " points");
      time(
          turns,
          turn ->
              require(runlake.metricHistory(runs.get(turn % runs.size()), KEY).size(), expected));
    }
  }

  private static void time(int turns, IntConsumer call) {
    for (int turn = 0; turn < turns; turn++) {
      long began = System.nanoTime();
      call.accept(turn);
      System.out.println((System.nanoTime() - began) / 1e6);
    }
  }

  private static void require(int found, int expected) {
    if (found != expected) {
      throw new IllegalStateException("Found " + found + " instead of " + expected);
    }
  }
}
