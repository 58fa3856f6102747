package io.runlake.tracking;

import io.runlake.errors.Limits;
import io.runlake.errors.TrackingException;
import io.runlake.search.Facts;
import io.runlake.search.Field;
import io.runlake.search.Field.Entity;
import io.runlake.search.Fields;
import io.runlake.search.Fields.Attribute;
import io.runlake.search.Fields.Type;
import io.runlake.search.Order;
import io.runlake.search.Page;
import io.runlake.search.Search;
import io.runlake.search.SearchQuery;
import io.runlake.store.ExperimentId;
import io.runlake.store.ExperimentRow;
import io.runlake.store.RunRow;
import io.runlake.store.StateTable.Decision;
import io.runlake.store.StateTable.State;
import io.runlake.store.Store;
import io.runlake.text.NearestMatch;
import io.runlake.text.Redaction;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The experiments of a store. */
final class Experiments {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long SMALLEST_ID = 100_000_000_000_000_000L;

  private static final Map<String, Entity> PREFIXES =
      Map.of("attribute", Entity.ATTRIBUTE, "tag", Entity.TAG, "tags", Entity.TAG);
  private static final Map<String, Attribute> FILTERABLE =
      Map.of(
          "name", new Attribute("name", Type.TEXT),
          "creation_time", new Attribute("creation_time", Type.NUMBER),
          "last_update_time", new Attribute("last_update_time", Type.NUMBER));
  private static final Fields FIELDS = new Fields(PREFIXES, FILTERABLE, sortable());
  private static final List<Order.Item> NEWEST_FIRST =
      List.of(
          new Order.Item(new Field(Entity.ATTRIBUTE, "creation_time"), true, true),
          new Order.Item(new Field(Entity.ATTRIBUTE, "experiment_id"), false, false));
  private static final List<Order.Item> TIES =
      List.of(new Order.Item(new Field(Entity.ATTRIBUTE, "experiment_id"), false, true));

  private final Store store;
  private final Clock clock;

  Experiments(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  private static Map<String, Attribute> sortable() {
    Map<String, Attribute> sortable = new HashMap<>(FILTERABLE);
    sortable.put("experiment_id", new Attribute("experiment_id", Type.TEXT));
    return sortable;
  }

  Experiment getOrCreate(String name) {
    Limits.checkLength("name of an experiment", name, Limits.EXPERIMENT_NAME);
    Optional<Experiment> there = find(name);
    return there.isPresent() ? alive(there.get()) : alive(change(state -> named(state, name)));
  }

  private Decision<ExperimentRow, Experiment> named(State<ExperimentRow> state, String name) {
    Optional<ExperimentRow> there =
        state.rows().stream().filter(row -> row.name().equals(name)).findFirst();
    if (there.isPresent()) {
      return Decision.keep(Experiment.of(there.get()));
    }
    ExperimentId id = newId();
    Instant now = now();
    ExperimentRow row =
        new ExperimentRow(
            id,
            name,
            store.root() + "/artifacts/" + id,
            RunRow.ACTIVE,
            Map.of(),
            now,
            now,
            state.nextRevision());
    return new Decision<>(List.of(row), Experiment.of(row));
  }

  /** 18 digits, as MLflow's file store makes them, so that ids of two stores do not meet. */
  private static ExperimentId newId() {
    long id = SMALLEST_ID + Math.floorMod(RANDOM.nextLong(), 9 * SMALLEST_ID);
    return new ExperimentId(Long.toString(id));
  }

  private static Experiment alive(Experiment experiment) {
    if (experiment.deleted()) {
      throw TrackingException.exists(
          "Experiment '"
              + experiment.name()
              + "' (id "
              + experiment.id()
              + ") already exists in deleted state. Restore it, or give it another name, before the"
              + " name is used again.");
    }
    return experiment;
  }

  Optional<Experiment> find(String name) {
    return all().stream().filter(experiment -> experiment.name().equals(name)).findFirst();
  }

  Optional<Experiment> find(ExperimentId id) {
    return all().stream().filter(experiment -> experiment.id().equals(id)).findFirst();
  }

  List<Experiment> all() {
    return TrackingException.mapped(
        () -> store.experiments().current().stream().map(Experiment::of).toList());
  }

  /**
   * The ids of experiments that were named by name or id.
   *
   * @throws TrackingException if there is no such experiment
   */
  static Set<ExperimentId> ids(
      Collection<Experiment> all, Collection<String> names, Collection<ExperimentId> ids) {
    Map<String, ExperimentId> byName = new TreeMap<>();
    Set<ExperimentId> known = new HashSet<>();
    for (Experiment experiment : all) {
      byName.put(experiment.name(), experiment.id());
      known.add(experiment.id());
    }
    Set<ExperimentId> found = new HashSet<>();
    for (String name : names) {
      if (!byName.containsKey(name)) {
        throw TrackingException.notFound(
            "Could not find experiment with name '"
                + name
                + "'"
                + NearestMatch.hint(name, byName.keySet()));
      }
      found.add(byName.get(name));
    }
    for (ExperimentId id : ids) {
      if (!known.contains(id)) {
        throw missing(id);
      }
      found.add(id);
    }
    return found;
  }

  Page<Experiment> search(SearchQuery query, ViewType view) {
    List<Order.Item> ties = query.orderBy().isEmpty() ? NEWEST_FIRST : TIES;
    Search<Experiment> search =
        Search.of(query, "experiments " + view, FIELDS, ties, query.pageSize(1000, 50_000));
    List<Experiment> seen =
        all().stream().filter(experiment -> view.shows(experiment.deleted())).toList();
    return search.page(seen, ExperimentFacts::new);
  }

  void setLifecycle(ExperimentId id, String lifecycle) {
    update(id, row -> with(row, row.name(), lifecycle, row.tags()));
  }

  void rename(ExperimentId id, String name) {
    Limits.checkLength("name of an experiment", name, Limits.EXPERIMENT_NAME);
    change(
        state -> {
          for (ExperimentRow other : state.rows()) {
            if (other.name().equals(name) && !other.experimentId().equals(id)) {
              throw TrackingException.exists(
                  "Experiment(name=" + name + ") already exists; choose another name.");
            }
          }
          return updated(state, id, row -> with(row, name, row.lifecycle(), row.tags()));
        });
  }

  void setTag(ExperimentId id, String key, String value) {
    Limits.checkKey("tag", key);
    if (value == null) {
      throw TrackingException.invalid(
          "Missing value for required parameter 'value' of tag '" + key + "'.");
    }
    Limits.checkMaximum("The value of tag '" + key + "'", value, Limits.EXPERIMENT_TAG_VALUE);
    update(
        id,
        row -> {
          Map<String, String> tags = new HashMap<>(row.tags());
          tags.put(key, Redaction.value(key, value));
          return with(row, row.name(), row.lifecycle(), tags);
        });
  }

  private void update(ExperimentId id, UnaryOperator<ExperimentRow> update) {
    change(state -> updated(state, id, update));
  }

  private Decision<ExperimentRow, Void> updated(
      State<ExperimentRow> state, ExperimentId id, UnaryOperator<ExperimentRow> update) {
    ExperimentRow before =
        state.rows().stream()
            .filter(row -> row.experimentId().equals(id))
            .findFirst()
            .orElseThrow(() -> missing(id));
    ExperimentRow after = update.apply(before);
    if (after.name().equals(before.name())
        && after.lifecycle().equals(before.lifecycle())
        && after.tags().equals(before.tags())) {
      return Decision.keep(null);
    }
    ExperimentRow row =
        new ExperimentRow(
            id,
            after.name(),
            before.artifactLocation(),
            after.lifecycle(),
            after.tags(),
            before.creationTime(),
            now(),
            state.nextRevision());
    return new Decision<>(List.of(row), null);
  }

  private static ExperimentRow with(
      ExperimentRow row, String name, String lifecycle, Map<String, String> tags) {
    return new ExperimentRow(
        row.experimentId(),
        name,
        row.artifactLocation(),
        lifecycle,
        tags,
        row.creationTime(),
        row.lastUpdateTime(),
        row.revision());
  }

  private <T> T change(Function<State<ExperimentRow>, Decision<ExperimentRow, T>> decision) {
    return TrackingException.mapped(() -> store.experiments().change(decision));
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  static TrackingException missing(ExperimentId id) {
    return TrackingException.notFound("No Experiment with id=" + id + " exists.");
  }

  private record ExperimentFacts(Experiment experiment) implements Facts {
    @Override
    public OptionalDouble number(Field field) {
      return switch (field.key()) {
        case "creation_time" -> OptionalDouble.of(experiment.creationTime().toEpochMilli());
        case "last_update_time" -> OptionalDouble.of(experiment.lastUpdateTime().toEpochMilli());
        default -> OptionalDouble.empty();
      };
    }

    @Override
    public List<String> texts(Field field) {
      if (field.entity() == Entity.TAG) {
        return Optional.ofNullable(experiment.tags().get(field.key())).stream().toList();
      }
      return switch (field.key()) {
        case "name" -> List.of(experiment.name());
        case "experiment_id" -> List.of(experiment.id().value());
        default -> List.of();
      };
    }
  }
}
