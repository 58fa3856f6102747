package io.runlake.cli;

import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisteredModel;
import io.runlake.registry.RegistryChange;
import io.runlake.store.RegistryRow.Change;
import io.runlake.store.RunId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Registered models and their versions as JSON, in MLflow's field names, and as text. */
final class ModelViews {
  private ModelViews() {}

  static Map<String, Object> json(RegisteredModel model) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", model.name());
    json.put("description", model.description().orElse(null));
    json.put("aliases", model.aliases());
    json.put("tags", model.tags());
    json.put("creation_timestamp", model.creationTime().toEpochMilli());
    json.put("last_change", json(model.lastChange()));
    return json;
  }

  static Map<String, Object> json(ModelVersion version) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", version.name());
    json.put("version", version.version());
    json.put("aliases", version.aliases());
    json.put("current_stage", version.stage().label());
    json.put("source", version.source());
    json.put("run_id", version.runId().map(RunId::value).orElse(null));
    json.put("digest", version.digest());
    json.put("description", version.description().orElse(null));
    json.put("tags", version.tags());
    json.put("creation_timestamp", version.creationTime().toEpochMilli());
    json.put("last_change", json(version.lastChange()));
    return json;
  }

  static Map<String, Object> json(RegistryChange change) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("revision", change.revision());
    json.put("version", change.version() == 0 ? null : change.version());
    json.put("what", change.what());
    json.putAll(json(change.change()));
    return json;
  }

  private static Map<String, Object> json(Change change) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("who", change.who());
    json.put("at", change.at().toEpochMilli());
    json.put("why", change.why());
    return json;
  }

  static String table(List<RegisteredModel> models) {
    TextTable table = new TextTable("NAME", "ALIASES", "CREATED (UTC)", "CHANGED (UTC)", "BY");
    for (RegisteredModel model : models) {
      table.row(
          model.name(),
          aliases(model),
          Texts.time(model.creationTime()),
          Texts.time(model.lastChange().at()),
          model.lastChange().who());
    }
    return table.toString();
  }

  static String versionTable(List<ModelVersion> versions) {
    TextTable table =
        new TextTable("NAME", "VERSION", "ALIASES", "STAGE", "RUN ID", "CREATED (UTC)", "SOURCE");
    for (ModelVersion version : versions) {
      table.row(
          version.name(),
          Integer.toString(version.version()),
          String.join(", ", version.aliases()),
          version.stage().label(),
          version.runId().map(RunId::value).orElse(""),
          Texts.time(version.creationTime()),
          version.source());
    }
    return table.toString();
  }

  static String text(
      RegisteredModel model, List<ModelVersion> versions, List<RegistryChange> history) {
    TextTable changes = new TextTable("CHANGED (UTC)", "BY", "VERSION", "WHAT", "WHY");
    for (RegistryChange change : history) {
      changes.row(
          Texts.time(change.change().at()),
          change.change().who(),
          change.version() == 0 ? "" : Integer.toString(change.version()),
          change.what(),
          change.change().why());
    }
    String line = System.lineSeparator();
    return new Details()
            .add("model", model.name())
            .add("description", model.description().orElse(""))
            .add("aliases", aliases(model))
            .add("created", Texts.time(model.creationTime()))
            .section("tags", model.tags())
        + line
        + versionTable(versions)
        + line
        + changes;
  }

  private static String aliases(RegisteredModel model) {
    return model.aliases().entrySet().stream()
        .map(alias -> alias.getKey() + " -> " + alias.getValue())
        .collect(Collectors.joining(", "));
  }
}
