package io.runlake.cli;

import io.runlake.search.Columns;
import io.runlake.store.DatasetRef;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunInfo;
import io.runlake.tracking.RunQuery;
import java.time.Instant;
import java.util.ArrayList;
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
    json.put("inputs", run.inputs().stream().map(InputViews::json).toList());
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

  /** A table of what a query asks for, under the keys as they were given. */
  static String table(List<Run> runs, RunQuery query) {
    List<String> headings = new ArrayList<>(query.columns());
    headings.add(0, "RUN ID");
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (Run run : runs) {
      List<String> cells = new ArrayList<>(List.of(run.id().value()));
      query.parsedColumns().columns().forEach(column -> cells.add(cell(run, column)));
      table.row(cells.toArray(String[]::new));
    }
    return table.toString();
  }

  private static String cell(Run run, Columns.Column column) {
    String key = column.key().orElse("");
    return switch (column.entity()) {
      case ATTRIBUTE -> attribute(run.info(), key);
      case PARAM -> column.key().isEmpty() ? Texts.pairs(run.params()) : text(run.params(), key);
      case TAG -> column.key().isEmpty() ? Texts.pairs(run.tags()) : text(run.tags(), key);
      case METRIC ->
          column.key().isEmpty()
              ? Texts.pairs(numbers(run))
              : run.metric(key).map(Texts::number).orElse("");
      case DATASET -> run.inputs().stream().map(DatasetRef::name).collect(Collectors.joining(", "));
    };
  }

  private static String text(Map<String, String> values, String key) {
    return values.getOrDefault(key, "");
  }

  private static Map<String, String> numbers(Run run) {
    Map<String, String> numbers = new LinkedHashMap<>();
    run.metrics().forEach((key, value) -> numbers.put(key, Texts.number(value.value())));
    return numbers;
  }

  private static String attribute(RunInfo info, String key) {
    return switch (key) {
      case "run_id" -> info.id().value();
      case "run_name" -> info.name();
      case "status" -> info.status().name();
      case "start_time" -> Texts.time(info.startTime());
      case "end_time" -> Texts.time(info.endTime());
      case "user_id" -> info.user();
      case "artifact_uri" -> info.artifactUri();
      default -> throw new IllegalArgumentException("No attribute of a run: " + key);
    };
  }

  /** The points of a metric, as MLflow's metric history has them. */
  static Map<String, Object> json(List<MetricPoint> points) {
    return Map.of("metrics", points.stream().map(RunViews::json).toList());
  }

  private static Map<String, Object> json(MetricPoint point) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", point.key());
    json.put("value", point.value().value());
    json.put("timestamp", point.value().timestamp());
    json.put("step", point.value().step());
    return json;
  }

  static String table(List<MetricPoint> points) {
    TextTable table = new TextTable("STEP", "TIME (UTC)", "VALUE");
    for (MetricPoint point : points) {
      table.row(
          Long.toString(point.value().step()),
          Texts.time(Instant.ofEpochMilli(point.value().timestamp())),
          Double.toString(point.value().value()));
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
