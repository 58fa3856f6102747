package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.runlake.flavor.LoadedModel;
import io.runlake.registry.ResolvedModel;
import io.runlake.scoring.DeadRuns;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.Phases;
import io.runlake.scoring.ScoringModel;
import io.runlake.scoring.batch.JobReport.Rows;
import io.runlake.scoring.batch.NightWriter.Published;
import io.runlake.scoring.batch.NightWriter.Refused;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.Tags;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road of one night: resolve the model, freeze the input, look whether the night is done, check
 * what can be checked without writing, start a run, claim an attempt, write.
 */
final class NightScoring {
  private static final Logger LOG = LoggerFactory.getLogger(NightScoring.class);

  private final JobSettings settings;
  private final Runlake runlake;
  private final JobSession session;
  private final Step.Listener steps;
  private final Phases phases;

  NightScoring(
      JobSettings settings,
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
   * Scores the night, or finds that there is nothing to do.
   *
   * @throws JobException with the exit code for everything that stops it
   */
  JobReport run() {
    phases.say("night " + settings.night());
    ResolvedModel resolved =
        phases.time(
            "resolve",
            "resolving " + settings.model().text(),
            () -> runlake.registry().resolve(settings.model()));
    ScoringModel model = new ScoringModel(settings.model(), resolved);
    SparkSession spark =
        phases.time("spark", "getting Spark", () -> session.spark("runlake " + settings.job()));
    return JobSession.beside(spark, own -> scoreIn(own, model));
  }

  private JobReport scoreIn(SparkSession spark, ScoringModel model) {
    OutputTable scores =
        phases.time(
            "output",
            "looking at the tables",
            () -> OutputTable.at(spark, settings.outputPath(), Night.PARTITIONS));
    session.requireLogStore(scores.path());
    OutputTable quarantine =
        phases.time(
            "output",
            "looking at the tables",
            () -> OutputTable.at(spark, scores.path() + "_quarantine", Night.PARTITIONS));
    FrozenInput input =
        phases.time(
            "freeze",
            "freezing the input",
            () -> new InputReader(spark, settings.input()).freeze());
    phases.say("model " + model.identity() + ", input " + input.version());
    NightState state = new NightState(settings.night(), scores, runlake.store().claims());
    Optional<Attempt> done =
        phases.time(
            "state",
            "looking whether the night is done",
            () -> state.doneWith(model.identity(), input.version(), settings.force()));
    if (done.isPresent()) {
      return alreadyDone(done.get(), scores, quarantine);
    }
    LoadedModel loaded =
        phases.time(
            "load",
            "loading " + model.resolved().path(),
            () -> model.load(spark, settings.modelClasses()));
    RowPlan plan =
        phases.time(
            "check",
            "checking input and output against the model",
            () -> checked(RowPlan.of(settings, model, loaded, input), scores, quarantine));
    DeadRuns.endIn(runlake, settings.experiment());
    return runlake.withRun(
        runSpec(spark, model),
        run -> scoreInRun(spark, run, model, input, plan, state, scores, quarantine));
  }

  private RowPlan checked(RowPlan plan, OutputTable scores, OutputTable quarantine) {
    scores.checkSchema(plan.scoresSchema(settings.night()));
    quarantine.checkSchema(plan.quarantineSchema(settings.night()));
    return plan;
  }

  private JobReport scoreInRun(
      SparkSession spark,
      ActiveRun run,
      ScoringModel model,
      FrozenInput input,
      RowPlan plan,
      NightState state,
      OutputTable scores,
      OutputTable quarantine) {
    Attempt attempt =
        phases.time(
            "claim", "claiming an attempt", () -> claim(run, model, input, state, quarantine));
    logParams(run, model, attempt);
    phases.say("attempt " + attempt.number() + ", run " + attempt.runId());
    steps.reached(Step.CLAIMED);
    Published published;
    try (ObservedCounts counts = new ObservedCounts(spark)) {
      NightWriter writer =
          new NightWriter(
              attempt, settings.force(), plan, input, state, scores, quarantine, counts, steps);
      Refused refused =
          phases.time("quarantine", "splitting off what cannot be scored", writer::writeQuarantine);
      phases.say(refused.quarantined() + " of " + refused.input() + " rows are quarantined");
      published = phases.time("scores", "scoring", () -> writer.writeScores(refused));
      phases.time("purge", "purging earlier attempts", () -> purged(writer));
    }
    JobReport report =
        report(
            attempt,
            published.rows(),
            scores,
            quarantine,
            false,
            Optional.of(published.commit().version()));
    logResult(run, report);
    return report;
  }

  /** The run is durable before its id stands in a claim. */
  private Attempt claim(
      ActiveRun run,
      ScoringModel model,
      FrozenInput input,
      NightState state,
      OutputTable quarantine) {
    run.logInput(input.source());
    run.flush();
    return state.claim(
        quarantine.transaction(settings.night().quarantineTransaction()),
        model.identity(),
        input.version(),
        run.id().toString(),
        Instant.now().truncatedTo(ChronoUnit.MICROS));
  }

  /** The scores stand; what could not be tidied is tidied by the next attempt. */
  private boolean purged(NightWriter writer) {
    try {
      writer.purge();
      return true;
    } catch (RuntimeException e) {
      LOG.warn("Cannot purge what earlier attempts quarantined.", e);
      return false;
    }
  }

  private JobReport alreadyDone(Attempt attempt, OutputTable scores, OutputTable quarantine) {
    Rows rows =
        phases.time(
            "count",
            "counting what stands",
            () -> {
              Column night = expr(settings.night().predicate());
              long scored = scores.count(night);
              long quarantined =
                  quarantine.count(
                      night.and(col(RowPlan.ATTEMPT_COLUMN).equalTo(attempt.number())));
              return new Rows(scored + quarantined, scored, quarantined);
            });
    return report(attempt, rows, scores, quarantine, true, Optional.empty());
  }

  private JobReport report(
      Attempt attempt,
      Rows rows,
      OutputTable scores,
      OutputTable quarantine,
      boolean alreadyDone,
      Optional<Long> version) {
    return new JobReport(
        rows.quarantinedShare() > settings.errorBudget() ? ExitCode.OVER_BUDGET : ExitCode.DONE,
        alreadyDone,
        attempt,
        settings.model().text(),
        rows,
        scores.path(),
        version,
        quarantine.path(),
        phases.seconds());
  }

  private void logParams(ActiveRun run, ScoringModel model, Attempt attempt) {
    Map<String, Object> params = new TreeMap<>();
    params.put("model_uri", settings.model().text());
    params.put("model", model.identity());
    model.resolved().digest().ifPresent(digest -> params.put("model_digest", digest));
    params.put("job", settings.job());
    params.put("logical_date", settings.date());
    params.put("attempt", attempt.number());
    params.put("input_version", attempt.input());
    params.put("error_budget", settings.errorBudget());
    params.put("force", settings.force());
    run.logParams(params);
    run.setTag("runlake.attempt", Long.toString(attempt.number()));
  }

  private static void logResult(ActiveRun run, JobReport report) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("rows_in", (double) report.rows().input());
    metrics.put("rows_scored", (double) report.rows().scored());
    metrics.put("rows_quarantined", (double) report.rows().quarantined());
    report.seconds().forEach((phase, seconds) -> metrics.put("seconds_" + phase, seconds));
    run.logMetrics(metrics);
    run.setTag("runlake.output_version", report.outputVersion().map(Object::toString).orElse(""));
    run.setTag("runlake.over_budget", Boolean.toString(report.exitCode() == ExitCode.OVER_BUDGET));
  }

  private RunSpec runSpec(SparkSession spark, ScoringModel model) {
    return RunSpec.of(settings.experiment())
        .withName(settings.job() + " " + settings.date())
        .withSource(BatchScoringJob.class.getName())
        .withSourceType("JOB")
        .withTags(
            Map.of(
                Tags.SPARK_APP_ID,
                spark.sparkContext().applicationId(),
                "runlake.job",
                settings.job(),
                "runlake.logical_date",
                settings.date().toString(),
                "runlake.model",
                model.identity(),
                "runlake.output",
                settings.outputPath()));
  }
}
