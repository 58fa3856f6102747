package io.runlake.scoring.streaming;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.Phases;
import io.runlake.scoring.streaming.control.Starts;
import io.runlake.scoring.streaming.control.Starts.End;
import io.runlake.scoring.streaming.control.Starts.Start;
import io.runlake.store.PutIfAbsent;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road of one start: check what can be checked without writing, start a run, run the query
 * until there is no more to do or someone wants it to stop.
 */
final class StreamScoring {
  private static final Logger LOG = LoggerFactory.getLogger(StreamScoring.class);
  private static final long LOOK_FOR_REQUEST_MILLIS = 1000;
  private static final long LOOK_FOR_IDLE_MILLIS = 20;

  /** Files of earlier starts than the last so many are deleted. */
  private static final long KEPT_STARTS = 20;

  private final StreamSettings settings;
  private final Runlake runlake;
  private final JobSession session;
  private final Step.Listener steps;
  private final Phases phases;

  StreamScoring(
      StreamSettings settings,
      Runlake runlake,
      JobSession session,
      Step.Listener steps,
      Phases phases) {
    this.settings = settings;
    this.runlake = runlake;
    this.session = session;
    this.steps = steps;
    this.phases = phases;
  }

  /**
   * Runs the query to its end.
   *
   * @param told takes the report before the end of the process may go on
   * @throws JobException with the exit code for everything that ends it before
   */
  ExitCode run(Consumer<StreamReport> told) {
    phases.say("stream '" + settings.job() + "'");
    SparkSession spark =
        phases.time("spark", "getting Spark", () -> session.spark("runlake " + settings.job()));
    return JobSession.beside(spark, beside -> scoreIn(beside, told));
  }

  private ExitCode scoreIn(SparkSession spark, Consumer<StreamReport> told) {
    PutIfAbsent files = runlake.store().claims();
    Checkpoint checkpoint =
        Checkpoint.at(files, spark.sparkContext().hadoopConfiguration(), settings.checkpoint());
    OutputTable scores = OutputTable.at(spark, settings.outputPath(), List.of());
    session.requireLogStore(scores.path());
    OutputTable quarantine = OutputTable.at(spark, scores.path() + "_quarantine", List.of());
    Source source = Source.of(spark, settings.input(), checkpoint);
    Dataset<Row> stream = phases.time("input", "looking at the input", () -> source.open(spark));
    Starts starts = new Starts(files, checkpoint.path());
    Optional<Start> first = starts.first();
    Pins pins = new Pins(files, checkpoint.path());
    phases.time(
        "checkpoint",
        "looking at the checkpoint",
        () -> {
          CheckpointGuard guard = new CheckpointGuard(checkpoint);
          guard.refuseForeign(first, settings.job(), source.path(), scores.path());
          guard.refuseWiped(pins.newest(), scores, quarantine);
          return true;
        });
    Models models =
        new Models(
            spark, settings, runlake.registry(), source, stream.schema(), scores, quarantine);
    phases.time("load", "loading the model", () -> models.start(pins.newest()).model().identity());
    quarantine.createIfAbsent(models.quarantineSchema());
    StreamRun run =
        StreamRun.start(
            runlake,
            settings,
            checkpoint,
            spark.sparkContext().applicationId(),
            source.reference(stream),
            first.map(Start::runId));
    Start start = starts.claim(thisStart(run, source, scores));
    phases.say("start " + start.number() + " of the query, run " + run.id());
    purge(starts, checkpoint, start.number());
    Budget budget = new Budget(settings.errorBudget());
    try (StopSignal stop = new StopSignal(settings.stopTimeout());
        Batches batches =
            new Batches(
                checkpoint, pins, models, scores, quarantine, run, stop, budget, phases, steps)) {
      try {
        StreamReport report =
            query(
                stream, checkpoint, starts, start, run, stop, budget, batches, scores, quarantine);
        starts.ended(
            start.number(), new End(report.exitCode().code(), report.reason(), Instant.now()));
        told.accept(report);
        return report.exitCode();
      } catch (Throwable e) {
        run.failed(e);
        if (e instanceof RuntimeException known) {
          JobException end = JobException.of(known);
          ended(starts, start, end);
        }
        throw e;
      }
    }
  }

  private static void ended(Starts starts, Start start, JobException end) {
    try {
      starts.ended(start.number(), new End(end.exitCode().code(), end.getMessage(), Instant.now()));
    } catch (RuntimeException e) {
      LOG.warn("The end of the start cannot be written to the checkpoint.", e);
    }
  }

  private StreamReport query(
      Dataset<Row> stream,
      Checkpoint checkpoint,
      Starts starts,
      Start start,
      StreamRun run,
      StopSignal stop,
      Budget budget,
      Batches batches,
      OutputTable scores,
      OutputTable quarantine) {
    DataStreamWriter<Row> writer =
        stream
            .writeStream()
            .queryName(settings.job())
            .foreachBatch(batches)
            .trigger(
                settings.interval().map(Trigger::ProcessingTime).orElseGet(Trigger::AvailableNow));
    SparkCompat.option(writer, "checkpointLocation", checkpoint.path());
    Optional<String> queryId = Optional.empty();
    try {
      StreamingQuery query = writer.start();
      queryId = Optional.of(query.id().toString());
      run.query(queryId.get());
      await(query, starts, start, stop, batches);
    } catch (StreamingQueryException e) {
      throw unwrapped(e);
    } catch (TimeoutException e) {
      throw new JobException(ExitCode.FAILED, JobException.firstLine(e) + ".", e);
    }
    boolean overBudget = batches.overBudget() || stop.reason().isEmpty() && budget.exceeded(true);
    String reason =
        overBudget ? budget.reason() : stop.reason().orElse("all that was there is scored");
    if (overBudget) {
      run.overBudget(settings.job(), reason);
    }
    run.finished(reason, overBudget, budget);
    return new StreamReport(
        overBudget ? ExitCode.OVER_BUDGET : ExitCode.DONE,
        reason,
        settings.job(),
        run.id().toString(),
        queryId,
        batches.done(),
        batches.replayed(),
        budget.input(),
        batches.scored(),
        budget.quarantined(),
        batches.rowsByModel(),
        scores.path(),
        quarantine.path(),
        checkpoint.path(),
        batches.seconds());
  }

  /** Waits until the query ends, and ends it between two batches if someone wants that. */
  private void await(
      StreamingQuery query, Starts starts, Start start, StopSignal stop, Batches batches)
      throws StreamingQueryException, TimeoutException {
    long looked = System.nanoTime();
    while (!query.awaitTermination(
        stop.reason().isPresent() ? LOOK_FOR_IDLE_MILLIS : LOOK_FOR_REQUEST_MILLIS / 4)) {
      if (stop.reason().isEmpty()
          && System.nanoTime() - looked > LOOK_FOR_REQUEST_MILLIS * 1_000_000) {
        lookForRequest(starts, start, stop);
        looked = System.nanoTime();
      }
      if (stop.reason().isPresent()) {
        boolean late = stop.age().compareTo(settings.stopTimeout()) > 0;
        if (late) {
          LOG.warn(
              "The batch did not end within stop-timeout ({} s); it is interrupted, and the next"
                  + " start does it again.",
              settings.stopTimeout().toSeconds());
        }
        if (late || batches.idle() && isCommitted(query, batches.last())) {
          stop.ending();
          query.stop();
        }
      }
    }
  }

  private void lookForRequest(Starts starts, Start start, StopSignal stop) {
    try {
      if (starts.stopRequested(start.number())) {
        stop.request("runlake stream stop asked for it");
        steps.stopSeen();
      }
    } catch (RuntimeException e) {
      LOG.warn("Cannot look whether someone asked the stream to stop; will look again.", e);
    }
  }

  /** Spark tells of a batch when it is in the checkpoint. */
  private static boolean isCommitted(StreamingQuery query, long batch) {
    StreamingQueryProgress progress = query.lastProgress();
    return batch < 0 || progress != null && progress.batchId() >= batch;
  }

  /** The error of ours that ended the query, out of what Spark wrapped around it. */
  private static RuntimeException unwrapped(StreamingQueryException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error error) {
        throw error;
      }
      if (cause instanceof JobException
          || cause instanceof io.runlake.flavor.ModelException
          || cause instanceof io.runlake.errors.TrackingException) {
        return (RuntimeException) cause;
      }
    }
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new JobException(
        ExitCode.FAILED, "The query failed: " + JobException.firstLine(root) + ".", e);
  }

  private Start thisStart(StreamRun run, Source source, OutputTable scores) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown";
    }
    return new Start(
        0,
        settings.job(),
        run.id().toString(),
        source.path(),
        scores.path(),
        host,
        ProcessHandle.current().pid(),
        Instant.now());
  }

  private static void purge(Starts starts, Checkpoint checkpoint, long number) {
    try {
      checkpoint.delete(starts.olderThan(number - KEPT_STARTS));
    } catch (IOException | RuntimeException e) {
      LOG.warn("Files of earlier starts cannot be deleted; they do no harm.", e);
    }
  }
}
