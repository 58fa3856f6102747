package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A run of this process while it is written.
 *
 * <p>{@link #endRun()} says that the work is done: FINISHED. {@link #fail} says that it is not.
 * {@link #close()} without either of them ends the run FAILED, because that is what
 * try-with-resources does when its body threw before it came to {@code endRun()}:
 *
 * <pre>{@code
 * try (ActiveRun run = runlake.startRun("occupancy")) {
 *   run.logParam("depth", 5);
 *   run.logMetric("accuracy", train());
 *   run.endRun();
 * }
 * }</pre>
 *
 * <p>{@link Runlake#withRun} is the form that ends the run by itself and records the error. A run
 * is never left RUNNING: closing its {@link Runlake} ends it FAILED, and the exit of the JVM ends
 * it KILLED. After its end a run is changed by {@link Runlake#edit}.
 *
 * <p>Thread-safe.
 */
public final class ActiveRun implements RunLog, AutoCloseable {
  private static final String CLOSED =
      "The run was closed without endRun(): its work threw, or its program forgot endRun().";
  private static final int CAUSES = 5;

  private final Runlake runlake;
  private final RunJournal journal;
  private final RunArtifacts artifacts;
  private final RunWriter writer;
  private final ReentrantLock ending = new ReentrantLock();
  private RunStatus standing;
  private volatile Duration exitPatience = Duration.ZERO;
  private volatile boolean ended;

  ActiveRun(Runlake runlake, RunJournal journal, RunArtifacts artifacts, RunWriter writer) {
    this.runlake = runlake;
    this.journal = journal;
    this.artifacts = artifacts;
    this.writer = writer;
  }

  @Override
  public RunId id() {
    return journal.id();
  }

  public ExperimentId experimentId() {
    return journal.experimentId();
  }

  /** The run's name. */
  public String name() {
    return journal.name();
  }

  @Override
  public String artifactUri() {
    return artifacts.folder();
  }

  @Override
  public void logParams(Map<String, ?> params) {
    journal.logParams(params);
  }

  @Override
  public void logMetric(String key, double value, long step, Instant timestamp) {
    journal.logMetrics(Collections.singletonMap(key, value), step, timestamp);
  }

  @Override
  public void logMetrics(Map<String, Double> metrics, long step) {
    journal.logMetrics(metrics, step, writer.options().clock().instant());
  }

  @Override
  public void setTags(Map<String, String> tags) {
    journal.setTags(tags);
  }

  @Override
  public void deleteTag(String key) {
    journal.deleteTag(key);
  }

  @Override
  public void logInput(DatasetRef dataset) {
    journal.logInput(dataset);
  }

  @Override
  public void logArtifact(Path file, String artifactPath) {
    journal.checkOpen();
    artifacts.copyFile(file, artifactPath);
  }

  @Override
  public void logArtifacts(Path folder, String artifactPath) {
    journal.checkOpen();
    artifacts.copyFolder(folder, artifactPath);
  }

  @Override
  public void logText(String text, String artifactPath) {
    journal.checkOpen();
    artifacts.write(text, artifactPath);
  }

  @Override
  public void flush() {
    journal.outbox().flush();
  }

  /** Starts a run whose parent is this one, in the same experiment. */
  public ActiveRun startNested(String name) {
    return startNested(RunSpec.named(name));
  }

  /**
   * Starts a run whose parent is this one, in the same experiment unless the spec names another. In
   * the same experiment it asks the store for nothing.
   */
  public ActiveRun startNested(RunSpec spec) {
    return startNested(spec, Optional.empty());
  }

  /**
   * As {@link #startNested(RunSpec)}.
   *
   * @param ours what starts and keeps it, if it is of the same store: the {@code Runlake} that this
   *     run was started with may be closed, which ends what was started with it
   */
  public ActiveRun startNested(RunSpec spec, Optional<Supplier<Runlake>> ours) {
    Runlake by = through(ours);
    boolean here =
        spec.experimentId()
            .map(experimentId()::equals)
            .orElseGet(() -> spec.experimentName().isEmpty());
    RunSpec child = spec.withParent(id());
    return here ? by.startBeside(this, child.withExperimentId(experimentId())) : by.startRun(child);
  }

  /**
   * Ends the run FINISHED. Returns when everything of the run is durable. Ending a run again with
   * the same status does nothing.
   *
   * @throws TrackingException if the end could not be written; it is kept and tried again, by the
   *     next call too; INVALID_STATE if the run has ended with another status, which stands
   */
  public void endRun() {
    endRun(RunStatus.FINISHED);
  }

  /** As {@link #endRun()}, with FINISHED, FAILED or KILLED. */
  public void endRun(RunStatus status) {
    if (!status.terminal()) {
      throw TrackingException.invalid(
          "A run does not end as " + status + "; give FINISHED, FAILED or KILLED.");
    }
    end(status, Optional.empty());
    if (standing != status) {
      throw new TrackingException(
          ErrorCode.INVALID_STATE,
          "The run "
              + id()
              + " has ended as "
              + standing
              + " and does not end again as "
              + status
              + ": the first end stands. Start another run for what comes after it.");
    }
  }

  /**
   * Ends the run FAILED, with the error and its causes as its message. Does nothing if the run has
   * ended, so that the error is not hidden by one of ours.
   */
  public void fail(Throwable error) {
    end(RunStatus.FAILED, Optional.of(message(error)));
  }

  private static String message(Throwable error) {
    StringBuilder text = new StringBuilder(error.toString());
    Throwable cause = error.getCause();
    for (int i = 0; i < CAUSES && cause != null; i++) {
      text.append("\ncaused by ").append(cause);
      cause = cause.getCause();
    }
    return text.toString();
  }

  /**
   * Ends the run and does not wait for the store: for who ends many runs, which then go there in
   * few commits. Until the end is durable the run counts as live, and closing its {@code Runlake}
   * tries again.
   *
   * @param endTime when the work of the run was over
   * @param error what made it fail; empty if nothing did
   * @return completes when everything of the run is durable, or with what kept it from that
   */
  public CompletableFuture<Void> endLater(
      RunStatus status, Instant endTime, Optional<Throwable> error) {
    CompletableFuture<Void> durable;
    ending.lock();
    try {
      if (ended || standing != null) {
        return CompletableFuture.completedFuture(null);
      }
      journal.end(status, error.map(ActiveRun::message), endTime);
      standing = status;
      durable = journal.outbox().drain();
    } finally {
      ending.unlock();
    }
    return durable.thenRun(this::left);
  }

  private void left() {
    ending.lock();
    try {
      if (!ended) {
        ended = true;
        writer.ended(journal);
        LiveRuns.left(this);
      }
    } finally {
      ending.unlock();
    }
  }

  void end(RunStatus status, Optional<String> message) {
    ending.lock();
    try {
      if (!ended) {
        journal.end(status, message);
        standing = standing == null ? status : standing;
        journal.outbox().flush();
        ended = true;
        writer.ended(journal);
        LiveRuns.left(this);
      }
    } finally {
      ending.unlock();
    }
  }

  /**
   * This run for who may still log when others have ended it.
   *
   * @param ours what changes it then, if it is of the same store: the {@code Runlake} that the run
   *     was started with may be closed
   */
  public OutlivingLog outliving(Optional<Supplier<Runlake>> ours) {
    return new OutlivingLog(this, ours);
  }

  /** Ours if it is of this run's store, else what the run was started with. */
  Runlake through(Optional<Supplier<Runlake>> ours) {
    return ours.map(Supplier::get)
        .filter(known -> known.store().root().equals(runlake.store().root()))
        .orElse(runlake);
  }

  /**
   * For a program that ends its runs itself when the JVM exits, in a shutdown hook of its own: the
   * run is not ended as KILLED before that time is over. Default: zero.
   */
  public void setExitPatience(Duration patience) {
    exitPatience = Objects.requireNonNull(patience, "patience");
  }

  Duration exitPatience() {
    return exitPatience;
  }

  /** For the exit of the JVM: ends the run and does not wait, nor for another end under way. */
  CompletableFuture<Void> kill(String why) {
    journal.end(RunStatus.KILLED, Optional.of(why));
    return journal.outbox().drain();
  }

  /** What the run was started with. */
  public Runlake runlake() {
    return runlake;
  }

  RunJournal journal() {
    return journal;
  }

  boolean belongsTo(Runlake owner) {
    return runlake == owner;
  }

  /** Whether the run has ended, and its end is durable. */
  public boolean ended() {
    return ended;
  }

  /** Ends the run FAILED if it has not ended; see the class. */
  @Override
  public void close() {
    end(RunStatus.FAILED, Optional.of(CLOSED));
  }

  @Override
  public String toString() {
    return "run " + id() + " '" + name() + "'";
  }
}
