package io.runlake.tracking;

import io.runlake.search.Facts;
import io.runlake.search.Field;
import io.runlake.search.Field.Entity;
import io.runlake.search.Fields;
import io.runlake.search.Fields.Attribute;
import io.runlake.search.Fields.Type;
import io.runlake.search.Order;
import io.runlake.store.DatasetRef;
import io.runlake.store.MetricValue;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What MLflow's {@code search_runs} can ask of a run. */
record RunFacts(RunRow row) implements Facts {
  private static final Attribute START_TIME = new Attribute("start_time", Type.NUMBER);
  private static final Attribute RUN_NAME = new Attribute("run_name", Type.TEXT);

  /** The grammar's table for runs. */
  static final Fields FIELDS = new Fields(prefixes(), attributes(), attributes());

  /** The latest start first, then by id. */
  static final List<Order.Item> TIES =
      List.of(
          new Order.Item(new Field(Entity.ATTRIBUTE, "start_time"), true, true),
          new Order.Item(new Field(Entity.ATTRIBUTE, "run_id"), false, false));

  private static Map<String, Entity> prefixes() {
    Map<String, Entity> prefixes = new HashMap<>();
    Stream.of("metric", "metrics").forEach(prefix -> prefixes.put(prefix, Entity.METRIC));
    Stream.of("param", "params", "parameter", "parameters")
        .forEach(prefix -> prefixes.put(prefix, Entity.PARAM));
    Stream.of("tag", "tags").forEach(prefix -> prefixes.put(prefix, Entity.TAG));
    Stream.of("attribute", "attributes", "attr", "run")
        .forEach(prefix -> prefixes.put(prefix, Entity.ATTRIBUTE));
    Stream.of("dataset", "datasets").forEach(prefix -> prefixes.put(prefix, Entity.DATASET));
    return prefixes;
  }

  private static Map<String, Attribute> attributes() {
    Map<String, Attribute> attributes = new HashMap<>();
    attributes.put("run_id", new Attribute("run_id", Type.ID));
    attributes.put("start_time", START_TIME);
    attributes.put("end_time", new Attribute("end_time", Type.NUMBER));
    Stream.of("user_id", "status", "artifact_uri")
        .forEach(key -> attributes.put(key, new Attribute(key, Type.TEXT)));
    Stream.of("created", "Created").forEach(alias -> attributes.put(alias, START_TIME));
    Stream.of("run_name", "run name", "Run name", "Run Name")
        .forEach(alias -> attributes.put(alias, RUN_NAME));
    return attributes;
  }

  @Override
  public OptionalDouble number(Field field) {
    if (field.entity() == Entity.METRIC) {
      MetricValue value = row.metrics().get(field.key());
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.value());
    }
    Optional<Instant> time =
        field.key().equals("start_time")
            ? row.origin().map(RunOrigin::startTime)
            : row.status().flatMap(StatusChange::endTime);
    return time.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(time.get().toEpochMilli());
  }

  @Override
  public List<String> texts(Field field) {
    return switch (field.entity()) {
      case PARAM -> stamped(row.params(), field.key());
      case TAG -> stamped(row.tags(), field.key());
      case DATASET -> row.inputs().values().stream().flatMap(in -> of(in, field.key())).toList();
      case ATTRIBUTE -> attribute(field.key()).stream().toList();
      case METRIC -> List.of();
    };
  }

  private Optional<String> attribute(String key) {
    return switch (key) {
      case "run_id" -> Optional.of(row.runId().value());
      case "run_name" -> row.name().flatMap(Stamp::value);
      case "user_id" -> row.origin().map(RunOrigin::user);
      case "artifact_uri" -> row.origin().map(RunOrigin::artifactUri);
      case "status" ->
          Optional.of(row.status().map(StatusChange::status).orElse(RunStatus.RUNNING).name());
      default -> Optional.empty();
    };
  }

  private static List<String> stamped(Map<String, Stamp> stamps, String key) {
    Stamp stamp = stamps.get(key);
    return stamp == null || stamp.value().isEmpty() ? List.of() : List.of(stamp.value().get());
  }

  private static Stream<String> of(RunInput input, String key) {
    DatasetRef dataset = input.dataset();
    return switch (key) {
      case "name" -> Stream.of(dataset.name());
      case "digest" -> dataset.digest().stream();
      case "context" -> dataset.context().stream();
      default -> Stream.empty();
    };
  }
}
