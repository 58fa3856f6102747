package io.runlake.spark;

import io.runlake.autolog.FitCost;
import java.util.function.Consumer;
import org.apache.spark.executor.TaskMetrics;

/** The running sums of one fit. Guarded by the {@link CostListener} that holds it. */
final class FitTally {
  private final String token;

  /** The fit that this one is a part of, which is charged for it too; null if there is none. */
  private final FitTally whole;

  private final long droppedBefore;
  private final long openedAt = System.nanoTime();
  private long closedAt = openedAt;
  private Consumer<FitCost> whenComplete;
  private boolean marked;
  private int openJobs;
  private long jobs;
  private long stages;
  private long tasks;
  private long failedTasks;
  private long runMillis;
  private long cpuNanos;
  private long gcMillis;
  private long inputRows;
  private long inputBytes;
  private long shuffleRead;
  private long shuffleWrite;
  private long spilled;
  private long peakMemory;

  /**
   * The sums of a fit that begins now.
   *
   * @param whole the fit that this one is a part of; null if there is none
   * @param droppedBefore how many events were dropped until now
   */
  FitTally(String token, FitTally whole, long droppedBefore) {
    this.token = token;
    this.whole = whole;
    this.droppedBefore = droppedBefore;
  }

  String token() {
    return token;
  }

  boolean isPart() {
    return whole != null;
  }

  /** The fit that this one is a part of, else itself. */
  FitTally whole() {
    return whole == null ? this : whole;
  }

  void close(Consumer<FitCost> callback) {
    closedAt = System.nanoTime();
    whenComplete = callback;
  }

  void jobStarted() {
    jobs++;
    openJobs++;
    if (whole != null) {
      whole.jobStarted();
    }
  }

  void jobEnded() {
    openJobs--;
    if (whole != null) {
      whole.jobEnded();
    }
  }

  void stageSubmitted() {
    stages++;
    if (whole != null) {
      whole.stageSubmitted();
    }
  }

  void marked() {
    marked = true;
  }

  boolean isComplete() {
    return marked && openJobs == 0;
  }

  boolean closedFor(long nanos) {
    return System.nanoTime() - closedAt > nanos;
  }

  /** Adds a task; a task whose executor was lost has no metrics. */
  void taskEnded(TaskMetrics metrics, boolean failed) {
    if (whole != null) {
      whole.taskEnded(metrics, failed);
    }
    tasks++;
    failedTasks += failed ? 1 : 0;
    if (metrics == null) {
      return;
    }
    runMillis += metrics.executorRunTime();
    cpuNanos += metrics.executorCpuTime();
    gcMillis += metrics.jvmGCTime();
    inputRows += metrics.inputMetrics().recordsRead();
    inputBytes += metrics.inputMetrics().bytesRead();
    shuffleRead += metrics.shuffleReadMetrics().totalBytesRead();
    shuffleWrite += metrics.shuffleWriteMetrics().bytesWritten();
    spilled += metrics.diskBytesSpilled();
    peakMemory = Math.max(peakMemory, metrics.peakExecutionMemory());
  }

  /**
   * Hands the cost to who closed the fit.
   *
   * @param droppedSoFar how many events were dropped until now
   */
  void deliver(boolean complete, long droppedSoFar, Consumer<Throwable> onError) {
    long dropped = droppedSoFar - droppedBefore;
    try {
      whenComplete.accept(
          new FitCost(
              (closedAt - openedAt) / 1e9,
              runMillis / 1e3,
              cpuNanos / 1e9,
              gcMillis / 1e3,
              inputRows,
              inputBytes,
              shuffleRead,
              shuffleWrite,
              spilled,
              peakMemory,
              jobs,
              stages,
              tasks,
              failedTasks,
              complete && dropped == 0,
              dropped));
    } catch (Throwable e) {
      onError.accept(e);
    }
  }
}
