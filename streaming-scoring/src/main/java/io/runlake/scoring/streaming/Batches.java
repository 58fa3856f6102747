package io.runlake.scoring.streaming;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.Phases;
import io.runlake.scoring.streaming.Models.Choice;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the query does with each batch: pin, write, count. Called by the query's thread alone. */
final class Batches implements VoidFunction2<Dataset<Row>, Long>, AutoCloseable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Batches.class);
  private static final String QUERY_ID = "sql.streaming.queryId";
  private static final int PURGE_EVERY = 50;

  private final transient Checkpoint checkpoint;
  private final transient Pins pins;
  private final transient Models models;
  private final transient OutputTable scores;
  private final transient OutputTable quarantine;
  private final transient StreamRun run;
  private final transient StopSignal stop;
  private final transient Budget budget;
  private final transient Phases phases;
  private final transient Step.Listener steps;
  private final transient BatchTimes times = new BatchTimes();
  private final transient Map<String, Double> seconds = new TreeMap<>();
  private final transient Map<String, Long> rowsByModel = new TreeMap<>();
  private transient ObservedCounts counts;
  private transient SparkSession counted;
  private volatile boolean busy;
  private volatile long last = -1;
  private volatile boolean overBudget;
  private long done;
  private long replayed;
  private long scored;

  Batches(
      Checkpoint checkpoint,
      Pins pins,
      Models models,
      OutputTable scores,
      OutputTable quarantine,
      StreamRun run,
      StopSignal stop,
      Budget budget,
      Phases phases,
      Step.Listener steps) {
    this.checkpoint = checkpoint;
    this.pins = pins;
    this.models = models;
    this.scores = scores;
    this.quarantine = quarantine;
    this.run = run;
    this.stop = stop;
    this.budget = budget;
    this.phases = phases;
    this.steps = steps;
  }

  @Override
  public void call(Dataset<Row> rows, Long batch) throws InterruptedException {
    // Before the look: who asks for the stop after it sees that a batch is being done.
    busy = true;
    if (stop.reason().isPresent()) {
      busy = false;
      stop.awaitEnd();
    }
    try {
      score(rows, batch);
      last = batch;
    } finally {
      busy = false;
    }
  }

  private void score(Dataset<Row> rows, long batch) throws InterruptedException {
    long start = System.nanoTime();
    String queryId = rows.sparkSession().sparkContext().getLocalProperty(QUERY_ID);
    Optional<Pin> there = pins.find(batch);
    Pin pin = there.isPresent() ? there.get() : pins.put(newPin(queryId, batch));
    if (!pin.queryId().equals(queryId)) {
      throw new JobException(
          ExitCode.REFUSED,
          "Batch "
              + batch
              + " is pinned by the query "
              + pin.queryId()
              + ", and this query is "
              + queryId
              + ": the checkpoint "
              + checkpoint.path()
              + " was wiped, but for its folder 'runlake'. Nothing was written; take a new"
              + " checkpoint and a new output.path.");
    }
    BatchPlan plan = models.pinned(pin);
    times.add("pin", start);
    steps.reached(Step.PINNED, batch);
    Outcome outcome =
        new BatchWriter(scores, quarantine, counts(rows.sparkSession()), times, steps)
            .write(rows, pin, plan);
    account(pin, outcome, (System.nanoTime() - start) / 1e9);
    if (batch % PURGE_EVERY == PURGE_EVERY - 1) {
      purge();
    }
  }

  private Pin newPin(String queryId, long batch) throws InterruptedException {
    Choice choice = models.choose();
    choice.refused().forEach(run::refused);
    return new Pin(
        batch,
        queryId,
        choice.plan().checkHash(),
        choice.plan().model().resolved(),
        run.id().toString(),
        Instant.now().truncatedTo(ChronoUnit.MICROS),
        choice.refused());
  }

  /** A query runs its batches in a session of its own; counts are told to listeners of that. */
  private ObservedCounts counts(SparkSession session) {
    if (counted != session) {
      close();
      counts = new ObservedCounts(session);
      counted = session;
    }
    return counts;
  }

  private void account(Pin pin, Outcome outcome, double took) {
    done++;
    replayed += outcome.replayed() ? 1 : 0;
    scored += outcome.scored();
    rowsByModel.merge(pin.scoringModel().identity(), outcome.scored(), Long::sum);
    Map<String, Double> each = times.take();
    each.forEach((phase, value) -> seconds.merge(phase, value, Double::sum));
    run.batch(pin, outcome, took, each);
    budget.add(outcome);
    phases.say(
        String.format(
            Locale.ROOT,
            "batch %d: %d rows = %d scored + %d quarantined, %s, %.2f s%s",
            pin.batch(),
            outcome.input(),
            outcome.scored(),
            outcome.quarantined(),
            pin.scoringModel().identity(),
            took,
            outcome.replayed() ? ", written by an earlier start" : ""));
    if (budget.exceeded(false)) {
      overBudget = true;
      stop.request(budget.reason());
    }
  }

  /** Pins go only below the oldest batch that Spark may still replay. */
  private void purge() {
    try {
      OptionalLong oldest = checkpoint.oldestBatch();
      if (oldest.isPresent()) {
        List<String> old = pins.below(oldest.getAsLong());
        checkpoint.delete(old);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Old pins of {} cannot be deleted; they do no harm.", checkpoint.path(), e);
    }
  }

  /** Whether no batch is being done; the newest one may not be committed by Spark yet. */
  boolean idle() {
    return !busy;
  }

  /** The newest batch that this start did; -1 if there is none. */
  long last() {
    return last;
  }

  boolean overBudget() {
    return overBudget;
  }

  long done() {
    return done;
  }

  long replayed() {
    return replayed;
  }

  long scored() {
    return scored;
  }

  Map<String, Long> rowsByModel() {
    return rowsByModel;
  }

  Map<String, Double> seconds() {
    return seconds;
  }

  @Override
  public void close() {
    if (counts != null) {
      counts.close();
      counts = null;
      counted = null;
    }
  }
}
