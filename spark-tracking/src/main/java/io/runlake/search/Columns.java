package io.runlake.search;

import io.runlake.search.Field.Entity;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The columns that a search is to bring, in the order in which they were asked for. */
public record Columns(List<Columns.Column> columns) {
  public Columns {
    columns = List.copyOf(columns);
  }

  /**
   * One column, or all of a kind.
   *
   * @param key empty for all that a row has of the kind
   */
  public record Column(Entity entity, Optional<String> key) {
    public Column {
      Objects.requireNonNull(entity, "entity");
      Objects.requireNonNull(key, "key");
    }
  }

  /**
   * Reads columns: keys as in an order, such as {@code metrics.accuracy}, or a kind, such as {@code
   * params}.
   *
   * @throws FilterException for a text that is neither
   */
  public static Columns parse(List<String> texts, Fields fields) {
    return new Columns(texts.stream().map(text -> column(text.strip(), fields)).toList());
  }

  private static Column column(String text, Fields fields) {
    Entity kind = fields.prefixes().get(text);
    if (kind != null && kind != Entity.ATTRIBUTE) {
      return new Column(kind, Optional.empty());
    }
    Field field = Parser.column(text, fields);
    return new Column(field.entity(), Optional.of(field.key()));
  }

  /** Whether a key is among them. */
  public boolean include(Entity entity, String key) {
    return columns.stream()
        .anyMatch(
            column ->
                column.entity() == entity
                    && (column.key().isEmpty() || column.key().get().equals(key)));
  }
}
