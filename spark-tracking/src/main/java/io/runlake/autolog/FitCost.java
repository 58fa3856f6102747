package io.runlake.autolog;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a fit cost the cluster, summed over the tasks of its Spark jobs.
 *
 * @param wallSeconds from entry to return of the fit
 * @param executorSeconds time that tasks ran on executors
 * @param cpuSeconds processor time of tasks; 0 where the JVM cannot tell
 * @param gcSeconds garbage collection during tasks
 * @param inputRows rows read from files, tables and caches
 * @param inputBytes bytes read for them
 * @param shuffleReadBytes bytes fetched from shuffles
 * @param shuffleWriteBytes bytes written for shuffles
 * @param spillBytes bytes spilled to disk
 * @param peakMemoryBytes the most memory that one task held for shuffles, aggregations and joins
 * @param failedTasks tasks that failed, those that a retry made good among them
 * @param complete false if the events of the fit did not all arrive, so that the sums are too low
 * @param droppedEvents how many events Spark's bus dropped while the fit went on, of all fits
 */
public record FitCost(
    double wallSeconds,
    double executorSeconds,
    double cpuSeconds,
    double gcSeconds,
    long inputRows,
    long inputBytes,
    long shuffleReadBytes,
    long shuffleWriteBytes,
    long spillBytes,
    long peakMemoryBytes,
    long jobs,
    long stages,
    long tasks,
    long failedTasks,
    boolean complete,
    long droppedEvents) {

  /** The cost of both, done one after the other. */
  public FitCost plus(FitCost other) {
    return new FitCost(
        wallSeconds + other.wallSeconds,
        executorSeconds + other.executorSeconds,
        cpuSeconds + other.cpuSeconds,
        gcSeconds + other.gcSeconds,
        inputRows + other.inputRows,
        inputBytes + other.inputBytes,
        shuffleReadBytes + other.shuffleReadBytes,
        shuffleWriteBytes + other.shuffleWriteBytes,
        spillBytes + other.spillBytes,
        Math.max(peakMemoryBytes, other.peakMemoryBytes),
        jobs + other.jobs,
        stages + other.stages,
        tasks + other.tasks,
        failedTasks + other.failedTasks,
        complete && other.complete,
        droppedEvents + other.droppedEvents);
  }

  /** The same, known to be too low. */
  public FitCost incomplete() {
    return new FitCost(
        wallSeconds,
        executorSeconds,
        cpuSeconds,
        gcSeconds,
        inputRows,
        inputBytes,
        shuffleReadBytes,
        shuffleWriteBytes,
        spillBytes,
        peakMemoryBytes,
        jobs,
        stages,
        tasks,
        failedTasks,
        false,
        droppedEvents);
  }

  /**
   * The metrics of a run that this becomes, all under {@code cost.}. A byte that crosses a shuffle
   * counts once, when it is written.
   */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("cost.wall_seconds", wallSeconds);
    metrics.put("cost.executor_seconds", executorSeconds);
    metrics.put("cost.cpu_seconds", cpuSeconds);
    metrics.put("cost.gc_seconds", gcSeconds);
    metrics.put("cost.input_rows", (double) inputRows);
    metrics.put("cost.input_bytes", (double) inputBytes);
    metrics.put("cost.shuffle_bytes", (double) shuffleWriteBytes);
    metrics.put("cost.spill_bytes", (double) spillBytes);
    metrics.put("cost.peak_memory_bytes", (double) peakMemoryBytes);
    metrics.put("cost.jobs", (double) jobs);
    metrics.put("cost.tasks", (double) tasks);
    metrics.put("cost.failed_tasks", (double) failedTasks);
    return metrics;
  }
}
