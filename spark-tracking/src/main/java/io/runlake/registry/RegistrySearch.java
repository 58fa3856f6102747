package io.runlake.registry;

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
import io.runlake.store.RunId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** MLflow's searches of registered models and of model versions. */
final class RegistrySearch {
  private static final Map<String, Entity> PREFIXES =
      Map.of("attribute", Entity.ATTRIBUTE, "tag", Entity.TAG, "tags", Entity.TAG);
  private static final Attribute NAME = new Attribute("name", Type.TEXT);
  private static final Attribute CREATED = new Attribute("creation_timestamp", Type.NUMBER);
  private static final Attribute UPDATED = new Attribute("last_updated_timestamp", Type.NUMBER);
  private static final Attribute VERSION = new Attribute("version_number", Type.NUMBER);

  private static final Fields MODELS =
      new Fields(
          PREFIXES,
          Map.of("name", NAME),
          Map.of(
              "name", NAME,
              "timestamp", UPDATED,
              "last_updated_timestamp", UPDATED,
              "creation_timestamp", CREATED));
  private static final Fields VERSIONS =
      new Fields(
          PREFIXES,
          Map.of(
              "name",
              NAME,
              "run_id",
              new Attribute("run_id", Type.ID),
              "source_path",
              new Attribute("source_path", Type.TEXT),
              "version_number",
              VERSION),
          Map.of(
              "name", NAME,
              "version_number", VERSION,
              "creation_timestamp", CREATED,
              "last_updated_timestamp", UPDATED));

  private static final List<Order.Item> MODEL_TIES = List.of(item(NAME, false));
  private static final List<Order.Item> VERSION_TIES =
      List.of(item(UPDATED, true), item(NAME, false), item(VERSION, true));

  private RegistrySearch() {}

  private static Order.Item item(Attribute attribute, boolean descending) {
    return new Order.Item(
        new Field(Entity.ATTRIBUTE, attribute.key()), attribute.type() == Type.NUMBER, descending);
  }

  static Page<RegisteredModel> models(SearchQuery query, RegistryView view) {
    Search<RegisteredModel> search =
        Search.of(query, "models", MODELS, MODEL_TIES, query.pageSize(100, 1000));
    return search.page(view.models(), ModelFacts::new);
  }

  static Page<ModelVersion> versions(SearchQuery query, RegistryView view) {
    Search<ModelVersion> search =
        Search.of(query, "versions", VERSIONS, VERSION_TIES, query.pageSize(10_000, 200_000));
    return search.page(view.versions(), VersionFacts::new);
  }

  private record ModelFacts(RegisteredModel model) implements Facts {
    @Override
    public OptionalDouble number(Field field) {
      return OptionalDouble.of(
          field.key().equals(CREATED.key())
              ? model.creationTime().toEpochMilli()
              : model.lastChange().at().toEpochMilli());
    }

    @Override
    public List<String> texts(Field field) {
      return field.entity() == Entity.TAG
          ? Optional.ofNullable(model.tags().get(field.key())).stream().toList()
          : List.of(model.name());
    }
  }

  private record VersionFacts(ModelVersion version) implements Facts {
    @Override
    public OptionalDouble number(Field field) {
      return switch (field.key()) {
        case "version_number" -> OptionalDouble.of(version.version());
        case "creation_timestamp" -> OptionalDouble.of(version.creationTime().toEpochMilli());
        default -> OptionalDouble.of(version.lastChange().at().toEpochMilli());
      };
    }

    @Override
    public List<String> texts(Field field) {
      if (field.entity() == Entity.TAG) {
        return Optional.ofNullable(version.tags().get(field.key())).stream().toList();
      }
      return switch (field.key()) {
        case "run_id" -> version.runId().map(RunId::value).stream().toList();
        case "source_path" -> List.of(version.source());
        default -> List.of(version.name());
      };
    }
  }
}
