package io.runlake.scoring.streaming;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.scoring.CommitGate;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.ObservedCounts.Counted;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.OutputTable.Write;
import io.runlake.scoring.OwnThread;
import io.runlake.scoring.streaming.BatchPlan.Parts;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Writes a batch: its quarantine, if it has any, and then its scores, each as one transaction that
 * Delta takes once.
 *
 * <p>In the common case that is one pass: Delta writes the files of the scores, and before it
 * commits them the counts of that pass are known. Only if rows are missing from the scores does a
 * second pass run, which commits the quarantine; then the scores are committed.
 */
final class BatchWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OutputTable scores;
  private final OutputTable quarantine;
  private final ObservedCounts counts;
  private final BatchTimes times;
  private final Step.Listener steps;

  BatchWriter(
      OutputTable scores,
      OutputTable quarantine,
      ObservedCounts counts,
      BatchTimes times,
      Step.Listener steps) {
    this.scores = scores;
    this.quarantine = quarantine;
    this.counts = counts;
    this.times = times;
    this.steps = steps;
  }

  /** The id of Delta's transactions of a query on the table of scores. */
  static String scoresTransaction(String queryId) {
    return queryId + ":scores";
  }

  /** The id of Delta's transactions of a query on the table of quarantined rows. */
  static String quarantineTransaction(String queryId) {
    return queryId + ":quarantine";
  }

  /**
   * Writes what is not written yet.
   *
   * @throws JobException FAILED if the counts do not add up, SUPERSEDED if another process writes
   *     the same query
   */
  Outcome write(Dataset<Row> rows, Pin pin, BatchPlan plan) {
    if (isWritten(scores, scoresId(pin), pin.batch())) {
      long scored = scores.count(ofBatch(pin));
      long quarantined = quarantine.count(ofBatch(pin));
      return new Outcome(scored + quarantined, scored, quarantined, true);
    }
    Counted in = counts.count(rows, "input");
    Parts parts = plan.split(in.rows(), pin);
    return CommitGate.available() ? gated(in, parts, pin) : inTwoPasses(in, parts, pin);
  }

  private Outcome gated(Counted in, Parts parts, Pin pin) {
    Counted out = counts.count(parts.scores(), "scored");
    SparkSession session = in.rows().sparkSession();
    Outcome[] asked = new Outcome[1];
    long start = System.nanoTime();
    CommitGate.around(
        () -> {
          steps.reached(Step.SCORES_STAGED, pin.batch());
          Outcome outcome = verified(pin, counts.await(in), counts.await(out));
          times.add("stage", start);
          if (outcome.quarantined() > 0) {
            long from = System.nanoTime();
            OwnThread.call(
                "runlake-quarantine",
                session,
                () -> writeQuarantine(parts, pin, outcome.quarantined()));
            times.add("quarantine", from);
          }
          times.mark();
          asked[0] = outcome;
        },
        () -> scores.append(out.rows(), write(pin, scoresId(pin))));
    times.sinceMark("commit");
    if (asked[0] == null) {
      throw superseded(pin, scores);
    }
    steps.reached(Step.SCORES_WRITTEN, pin.batch());
    return asked[0];
  }

  /** Where Delta cannot be asked before it commits: the quarantine's own pass comes first. */
  private Outcome inTwoPasses(Counted in, Parts parts, Pin pin) {
    long start = System.nanoTime();
    Counted refused = counts.count(parts.quarantine(), "quarantined");
    String transaction = steps.transaction(quarantineTransaction(pin.queryId()));
    long quarantined;
    if (isWritten(quarantine, transaction, pin.batch())) {
      quarantined = quarantine.count(ofBatch(pin));
    } else {
      quarantine.append(refused.rows(), write(pin, transaction));
      quarantined = counts.await(refused);
    }
    times.add("quarantine", start);
    steps.reached(Step.QUARANTINED, pin.batch());
    long from = System.nanoTime();
    Counted out = counts.count(parts.scores(), "scored");
    scores.append(out.rows(), write(pin, scoresId(pin)));
    Outcome outcome = verified(pin, counts.await(in), counts.await(out));
    if (outcome.quarantined() != quarantined) {
      throw mismatch(pin, outcome.input(), outcome.scored(), quarantined);
    }
    times.add("stage", from);
    steps.reached(Step.SCORES_WRITTEN, pin.batch());
    return outcome;
  }

  /** Commits the rows that cannot be scored, if there are as many as are missing. */
  private boolean writeQuarantine(Parts parts, Pin pin, long missing) {
    String transaction = steps.transaction(quarantineTransaction(pin.queryId()));
    if (isWritten(quarantine, transaction, pin.batch())) {
      long before = quarantine.count(ofBatch(pin));
      if (before != missing) {
        throw mismatch(pin, missing + before, 0, before);
      }
      return false;
    }
    Counted refused = counts.count(parts.quarantine(), "quarantined");
    boolean[] asked = new boolean[1];
    CommitGate.around(
        () -> {
          long found = counts.await(refused);
          if (found != missing) {
            throw mismatch(pin, missing, 0, found);
          }
          asked[0] = true;
        },
        () -> quarantine.append(refused.rows(), write(pin, transaction)));
    if (!asked[0]) {
      throw superseded(pin, quarantine);
    }
    steps.reached(Step.QUARANTINED, pin.batch());
    return true;
  }

  private static Outcome verified(Pin pin, long input, long scored) {
    if (scored > input) {
      throw mismatch(pin, input, scored, 0);
    }
    return new Outcome(input, scored, input - scored, false);
  }

  private static boolean isWritten(OutputTable table, String transaction, long batch) {
    return table.findTransaction(transaction).orElse(-1) >= batch;
  }

  private String scoresId(Pin pin) {
    return steps.transaction(scoresTransaction(pin.queryId()));
  }

  private static Column ofBatch(Pin pin) {
    return col("batch_id").equalTo(pin.batch()).and(col("query_id").equalTo(pin.queryId()));
  }

  private static Write write(Pin pin, String transaction) {
    ObjectNode note = JSON.createObjectNode();
    note.put("runlake.transaction", transaction);
    note.put("batch_id", pin.batch());
    note.put("run_id", pin.runId());
    note.put("model", pin.scoringModel().identity());
    return new Write(transaction, pin.batch(), note.toString());
  }

  private static JobException mismatch(Pin pin, long input, long scored, long quarantined) {
    return new JobException(
        ExitCode.FAILED,
        "The counts of batch "
            + pin.batch()
            + " do not add up: of "
            + input
            + " rows "
            + scored
            + " are scored and "
            + quarantined
            + " quarantined. Either the input changed while it was read, or the model drops or adds"
            + " rows (a SQL transformer, handleInvalid=skip); a model for scoring must keep each"
            + " row.");
  }

  private static JobException superseded(Pin pin, OutputTable table) {
    return new JobException(
        ExitCode.SUPERSEDED,
        "Batch "
            + pin.batch()
            + " was written to "
            + table.path()
            + " by another process of the same query ("
            + pin.queryId()
            + ") meanwhile. A checkpoint is for one process at a time.");
  }
}
