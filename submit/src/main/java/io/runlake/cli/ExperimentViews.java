package io.runlake.cli;

import io.runlake.tracking.Experiment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Experiments as JSON, in MLflow's field names, and as text. */
final class ExperimentViews {
  private ExperimentViews() {}

  static Map<String, Object> json(Experiment experiment) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("experiment_id", experiment.id().value());
    json.put("name", experiment.name());
    json.put("artifact_location", experiment.artifactLocation());
    json.put("lifecycle_stage", lifecycle(experiment.deleted()));
    json.put("creation_time", experiment.creationTime().toEpochMilli());
    json.put("last_update_time", experiment.lastUpdateTime().toEpochMilli());
    json.put("tags", experiment.tags());
    return json;
  }

  static String table(List<Experiment> experiments) {
    TextTable table = new TextTable("EXPERIMENT ID", "NAME", "CREATED (UTC)", "STATE", "TAGS");
    for (Experiment experiment : experiments) {
      table.row(
          experiment.id().value(),
          experiment.name(),
          Texts.time(experiment.creationTime()),
          lifecycle(experiment.deleted()),
          Texts.pairs(experiment.tags()));
    }
    return table.toString();
  }

  static String text(Experiment experiment) {
    return new Details()
        .add("experiment", experiment.name())
        .add("id", experiment.id().value())
        .add("state", lifecycle(experiment.deleted()))
        .add("created", Texts.time(experiment.creationTime()))
        .add("last update", Texts.time(experiment.lastUpdateTime()))
        .add("artifacts", experiment.artifactLocation())
        .section("tags", experiment.tags())
        .toString();
  }

  static String lifecycle(boolean deleted) {
    return deleted ? "deleted" : "active";
  }
}
