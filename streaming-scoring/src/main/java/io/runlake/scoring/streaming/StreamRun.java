package io.runlake.scoring.streaming;

import io.runlake.scoring.DeadRuns;
import io.runlake.scoring.streaming.Pin.Refusal;
import io.runlake.store.Alert;
import io.runlake.store.DatasetRef;
import io.runlake.store.PutIfAbsent;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.Tags;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run of one start of a query. Once it has started, no trouble of the store stops the stream:
 * it is a warning, once until it is over.
 */
final class StreamRun {
  private static final Logger LOG = LoggerFactory.getLogger(StreamRun.class);

  private final Runlake runlake;
  private final ActiveRun run;
  private final PutIfAbsent files;
  private final String refusedFolder;
  private boolean troubled;

  private StreamRun(Runlake runlake, ActiveRun run, Checkpoint checkpoint) {
    this.runlake = runlake;
    this.run = run;
    this.files = runlake.store().claims();
    this.refusedFolder = checkpoint.path() + "/runlake/refused";
  }

  /** Starts a run, as a child of the query's first one. */
  static StreamRun start(
      Runlake runlake,
      StreamSettings settings,
      Checkpoint checkpoint,
      String applicationId,
      DatasetRef input,
      Optional<String> first) {
    RunSpec spec =
        RunSpec.of(settings.experiment())
            .withName(settings.job())
            .withSource(StreamingScoringJob.class.getName())
            .withSourceType("JOB")
            .withTags(
                Map.of(
                    Tags.SPARK_APP_ID,
                    applicationId,
                    "runlake.job",
                    settings.job(),
                    "runlake.output",
                    settings.outputPath(),
                    "runlake.checkpoint",
                    checkpoint.path()));
    DeadRuns.endIn(runlake, settings.experiment());
    ActiveRun run =
        runlake.startRun(first.isPresent() ? spec.withParent(new RunId(first.get())) : spec);
    run.setExitPatience(StopSignal.exitPatience(settings.stopTimeout()));
    Map<String, Object> params = new TreeMap<>();
    params.put("job", settings.job());
    params.put("model_uri", settings.model().text());
    params.put("input_format", settings.input().format().sparkName());
    params.put("input_path", settings.input().path());
    params.put("output_path", settings.outputPath());
    params.put("checkpoint", checkpoint.path());
    params.put("trigger", settings.interval().orElse("available-now"));
    params.put("error_budget", settings.errorBudget());
    settings.input().maxFiles().ifPresent(n -> params.put("max_files_per_trigger", n));
    settings.input().maxBytes().ifPresent(n -> params.put("max_bytes_per_trigger", n));
    run.logParams(params);
    run.logInput(input);
    run.flush();
    return new StreamRun(runlake, run, checkpoint);
  }

  RunId id() {
    return run.id();
  }

  void query(String queryId) {
    guarded(() -> run.setTags(Map.of("runlake.query_id", queryId)));
  }

  /** The figures of a batch, with its number as step. */
  void batch(Pin pin, Outcome outcome, double seconds, Map<String, Double> phases) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("rows_in", (double) outcome.input());
    metrics.put("rows_scored", (double) outcome.scored());
    metrics.put("rows_quarantined", (double) outcome.quarantined());
    metrics.put("rows_per_second", outcome.input() / seconds);
    metrics.put("seconds_batch", seconds);
    metrics.put("replayed", outcome.replayed() ? 1.0 : 0.0);
    phases.forEach((phase, value) -> metrics.put("seconds_" + phase, value));
    pin.model().version().ifPresent(version -> metrics.put("model_version", (double) version));
    guarded(() -> run.logMetrics(metrics, pin.batch()));
  }

  /** Says, once for each model of a query, that it was wanted and is not used. */
  void refused(Refusal refusal) {
    String path = refusedFolder + "/" + refusal.model().replaceAll("[^A-Za-z0-9._-]", "_");
    guarded(
        () -> {
          if (files.get(path).isEmpty()) {
            LOG.warn("{} is refused: {}", refusal.model(), refusal.reason());
            alert("refused-model", refusal.model(), refusal.reason());
            files.put(path, refusal.reason().getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  void overBudget(String job, String reason) {
    guarded(() -> alert("over-budget", job, reason));
  }

  private void alert(String kind, String subject, String message) {
    runlake
        .store()
        .alerts()
        .append(
            new Alert(Instant.now().toEpochMilli(), kind, subject, message, Optional.of(run.id())));
  }

  void finished(String stoppedBy, boolean overBudget, Budget rows) {
    guarded(
        () -> {
          run.setTags(
              Map.of(
                  "runlake.stopped_by",
                  stoppedBy,
                  "runlake.over_budget",
                  Boolean.toString(overBudget),
                  "runlake.rows",
                  Long.toString(rows.input())));
          run.endRun(RunStatus.FINISHED);
        });
  }

  void failed(Throwable error) {
    guarded(() -> run.fail(error));
  }

  private void guarded(Runnable tracking) {
    try {
      tracking.run();
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled) {
        LOG.warn("The stream goes on, but its run cannot be written at the moment.", e);
      }
      troubled = true;
    }
  }
}
