package io.runlake.spool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.spool.Spool.NewExperiment;
import io.runlake.spool.Spool.SpooledFile;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The parts of a spool as JSON. Field names are those of the table format (docs/format.md); times
 * are milliseconds since the epoch, and values of metrics are text, since JSON knows no NaN.
 */
final class SpoolCodec {
  static final ObjectMapper JSON = new ObjectMapper();

  private SpoolCodec() {}

  static ObjectNode of(NewExperiment experiment) {
    return JSON.createObjectNode()
        .put("experiment_id", experiment.id().value())
        .put("name", experiment.name())
        .put("artifact_location", experiment.artifactLocation());
  }

  static NewExperiment experiment(JsonNode node) {
    return new NewExperiment(
        new ExperimentId(text(node, "experiment_id")),
        text(node, "name"),
        text(node, "artifact_location"));
  }

  static ObjectNode of(SpooledFile file) {
    return JSON.createObjectNode()
        .put("folder", file.folder())
        .put("path", file.path())
        .put("base64", Base64.getEncoder().encodeToString(file.content()));
  }

  static SpooledFile file(JsonNode node) {
    return new SpooledFile(
        text(node, "folder"), text(node, "path"), Base64.getDecoder().decode(text(node, "base64")));
  }

  static ObjectNode of(MetricPoint point) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("experiment_id", point.experimentId().value())
            .put("run_id", point.runId().value())
            .put("key", point.key());
    return node.setAll(of(point.value()));
  }

  static MetricPoint point(JsonNode node) {
    return new MetricPoint(
        new ExperimentId(text(node, "experiment_id")),
        new RunId(text(node, "run_id")),
        text(node, "key"),
        value(node));
  }

  private static ObjectNode of(MetricValue value) {
    return JSON.createObjectNode()
        .put("step", value.step())
        .put("timestamp", value.timestamp())
        .put("value", Double.toString(value.value()));
  }

  private static MetricValue value(JsonNode node) {
    return new MetricValue(
        number(node, "step"), number(node, "timestamp"), Double.parseDouble(text(node, "value")));
  }

  static ObjectNode of(RunRow row) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("run_id", row.runId().value())
            .put("experiment_id", row.experimentId().value());
    row.origin().ifPresent(origin -> node.set("origin", of(origin)));
    row.status().ifPresent(status -> node.set("status", of(status)));
    row.name().ifPresent(name -> node.set("name", of(name)));
    row.lifecycle().ifPresent(lifecycle -> node.set("lifecycle", of(lifecycle)));
    row.leaseUntil().ifPresent(until -> node.put("lease_until", until.toEpochMilli()));
    node.set("params", map(row.params(), SpoolCodec::of));
    node.set("tags", map(row.tags(), SpoolCodec::of));
    node.set("metrics", map(row.metrics(), SpoolCodec::of));
    node.set("inputs", map(row.inputs(), SpoolCodec::of));
    return node;
  }

  static RunRow row(JsonNode node) {
    return new RunRow(
        new RunId(text(node, "run_id")),
        new ExperimentId(text(node, "experiment_id")),
        field(node, "origin").map(SpoolCodec::origin),
        field(node, "status").map(SpoolCodec::status),
        field(node, "name").map(SpoolCodec::stamp),
        field(node, "lifecycle").map(SpoolCodec::stamp),
        field(node, "lease_until").map(until -> Instant.ofEpochMilli(until.asLong())),
        map(node, "params", SpoolCodec::stamp),
        map(node, "tags", SpoolCodec::stamp),
        map(node, "metrics", SpoolCodec::value),
        map(node, "inputs", SpoolCodec::input));
  }

  private static ObjectNode of(RunOrigin origin) {
    return JSON.createObjectNode()
        .put("user", origin.user())
        .put("source", origin.source())
        .put("start_time", origin.startTime().toEpochMilli())
        .put("artifact_uri", origin.artifactUri());
  }

  private static RunOrigin origin(JsonNode node) {
    return new RunOrigin(
        text(node, "user"),
        text(node, "source"),
        Instant.ofEpochMilli(number(node, "start_time")),
        text(node, "artifact_uri"));
  }

  private static ObjectNode of(StatusChange change) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("epoch", change.epoch())
            .put("rank", change.rank())
            .put("at", change.at())
            .put("status", change.status().name());
    change.endTime().ifPresent(end -> node.put("end_time", end.toEpochMilli()));
    change.message().ifPresent(message -> node.put("message", message));
    return node;
  }

  private static StatusChange status(JsonNode node) {
    return new StatusChange(
        number(node, "epoch"),
        (int) number(node, "rank"),
        number(node, "at"),
        RunStatus.valueOf(text(node, "status")),
        field(node, "end_time").map(end -> Instant.ofEpochMilli(end.asLong())),
        field(node, "message").map(JsonNode::asText));
  }

  private static ObjectNode of(Stamp stamp) {
    return JSON.createObjectNode().put("at", stamp.at()).put("value", stamp.value().orElse(null));
  }

  private static Stamp stamp(JsonNode node) {
    return new Stamp(number(node, "at"), field(node, "value").map(JsonNode::asText));
  }

  private static ObjectNode of(RunInput input) {
    DatasetRef dataset = input.dataset();
    return JSON.createObjectNode()
        .put("at", input.at())
        .put("kind", dataset.kind())
        .put("name", dataset.name())
        .put("version", dataset.version().orElse(null))
        .put("context", dataset.context().orElse(null))
        .put("digest", dataset.digest().orElse(null))
        .put("schema", dataset.schema().orElse(null));
  }

  private static RunInput input(JsonNode node) {
    return new RunInput(
        number(node, "at"),
        new DatasetRef(
            text(node, "kind"),
            text(node, "name"),
            field(node, "version").map(JsonNode::asText),
            field(node, "context").map(JsonNode::asText),
            field(node, "digest").map(JsonNode::asText),
            field(node, "schema").map(JsonNode::asText)));
  }

  private static <V> ObjectNode map(Map<String, V> values, Function<V, ObjectNode> codec) {
    ObjectNode node = JSON.createObjectNode();
    values.forEach((key, value) -> node.set(key, codec.apply(value)));
    return node;
  }

  private static <V> Map<String, V> map(JsonNode node, String name, Function<JsonNode, V> codec) {
    Map<String, V> values = new HashMap<>();
    field(node, name)
        .ifPresent(
            map ->
                map.properties().forEach(e -> values.put(e.getKey(), codec.apply(e.getValue()))));
    return values;
  }

  private static Optional<JsonNode> field(JsonNode node, String name) {
    return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
  }

  private static String text(JsonNode node, String name) {
    return required(node, name).asText();
  }

  private static long number(JsonNode node, String name) {
    JsonNode value = required(node, name);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException("the field '" + name + "' is no whole number");
    }
    return value.asLong();
  }

  private static JsonNode required(JsonNode node, String name) {
    return field(node, name)
        .orElseThrow(() -> new IllegalArgumentException("the field '" + name + "' is missing"));
  }

  static JsonNode parse(String line) throws IOException {
    JsonNode node = JSON.readTree(line);
    if (node == null || !node.isObject()) {
      throw new IllegalArgumentException("a line is no JSON object");
    }
    return node;
  }
}
