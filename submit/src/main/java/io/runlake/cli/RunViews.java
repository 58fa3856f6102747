package io.runlake.cli;

import io.runlake.store.DatasetRef;
import io.runlake.store.MetricValue;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunInfo;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs as JSON, in the shape of MLflow's run dictionary, and as text. */
final class RunViews {
  private static final int MOST_METRICS_IN_A_CELL = 4;

  /** Metrics that autologging adds to every run; in a cell they come after the others. */
  private static final String COST = "cost.";

  private RunViews() {}

  static Map<String, Object> json(Run run) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    run.metrics().forEach((key, value) -> metrics.put(key, value.value()));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("metrics", metrics);
    data.put("params", run.params());
    data.put("tags", run.tags());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("info", info(run.info()));
    json.put("data", data);
    json.put("inputs", run.inputs().stream().map(RunViews::input).toList());
    return json;
  }

  private static Map<String, Object> info(RunInfo info) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run_id", info.id().value());
    json.put("run_name", info.name());
    json.put("experiment_id", info.experimentId().value());
    json.put("status", info.status().name());
    json.put("status_message", info.statusMessage().orElse(null));
    json.put("start_time", millis(info.startTime()));
    json.put("end_time", millis(info.endTime()));
    json.put("user_id", info.user());
    json.put("source", info.source());
    json.put("artifact_uri", info.artifactUri());
    json.put("lifecycle_stage", ExperimentViews.lifecycle(info.deleted()));
    return json;
  }

  private static Map<String, Object> input(DatasetRef input) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", input.kind());
    json.put("name", input.name());
    json.put("version", input.version().orElse(null));
    json.put("context", input.context().orElse(null));
    json.put("digest", input.digest().orElse(null));
    return json;
  }

  private static Long millis(Optional<Instant> instant) {
    return instant.map(Instant::toEpochMilli).orElse(null);
  }

  /**
   * A table of runs.
   *
   * @param experiments the names of experiments by their ids, as far as they are known
   */
  static String table(List<Run> runs, Map<String, String> experiments) {
    TextTable table =
        new TextTable("RUN ID", "NAME", "EXPERIMENT", "STATUS", "STARTED (UTC)", "TOOK", "METRICS");
    for (Run run : runs) {
      table.row(
          run.id().value(),
          run.name(),
          experiments.getOrDefault(run.experimentId().value(), run.experimentId().value()),
          run.status().name(),
          Texts.time(run.info().startTime()),
          Texts.seconds(run.info().durationMillis()),
          shortMetrics(run));
    }
    return table.toString();
  }

  private static String shortMetrics(Run run) {
    String shown =
        run.metrics().entrySet().stream()
            .sorted(Comparator.comparing(entry -> entry.getKey().startsWith(COST)))
            .limit(MOST_METRICS_IN_A_CELL)
            .map(entry -> entry.getKey() + "=" + Texts.number(entry.getValue().value()))
            .collect(Collectors.joining(", "));
    int more = run.metrics().size() - MOST_METRICS_IN_A_CELL;
    return more > 0 ? shown + ", and " + more + " more" : shown;
  }

  static String text(Run run, String experiment) {
    Details details =
        new Details()
            .add("run", run.name())
            .add("id", run.id().value())
            .add("experiment", experiment)
            .add("status", run.status().name())
            .add("message", run.info().statusMessage().orElse(""))
            .add("started", Texts.time(run.info().startTime()))
            .add("ended", Texts.time(run.info().endTime()))
            .add("took", Texts.seconds(run.info().durationMillis()))
            .add("user", run.info().user())
            .add("source", run.info().source())
            .add("artifacts", run.info().artifactUri());
    if (run.info().deleted()) {
      details.add("state", "deleted");
    }
    Map<String, String> metrics = new LinkedHashMap<>();
    run.metrics().forEach((key, value) -> metrics.put(key, metric(value)));
    Map<String, String> inputs = new LinkedHashMap<>();
    run.inputs().forEach(input -> inputs.put(input.name(), origin(input)));
    return details
        .section("params", run.params())
        .section("metrics", metrics)
        .section("tags", run.tags())
        .section("inputs", inputs)
        .toString();
  }

  private static String metric(MetricValue value) {
    return Double.toString(value.value())
        + (value.step() == 0 ? "" : "  (step " + value.step() + ")");
  }

  private static String origin(DatasetRef input) {
    return input.kind()
        + input.version().map(version -> ", version " + version).orElse("")
        + input.context().map(context -> ", " + context).orElse("");
  }
}
