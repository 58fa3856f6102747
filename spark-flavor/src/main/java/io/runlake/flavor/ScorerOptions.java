package io.runlake.flavor;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How rows are checked and what the scored rows carry.
 *
 * @param corruptColumn the column in which the reader puts what it could not parse, typically
 *     {@code _corrupt_record}; a row where it is not null is split off, and both results read all
 *     columns of the input
 * @param parseStrings whether a text may stand where a number is wanted
 * @param generated columns made by the model that the scored rows carry beside prediction and
 *     probability, such as {@code rawPrediction}
 */
public record ScorerOptions(
    Optional<String> corruptColumn, boolean parseStrings, List<String> generated) {
  /** Copies. */
  public ScorerOptions {
    Objects.requireNonNull(corruptColumn, "corruptColumn");
    generated = List.copyOf(generated);
  }

  /** No corrupt column, no parsing of texts, nothing beside prediction and probability. */
  public static ScorerOptions defaults() {
    return new ScorerOptions(Optional.empty(), false, List.of());
  }

  /** A copy with a corrupt column. */
  public ScorerOptions withCorruptColumn(String name) {
    return new ScorerOptions(Optional.of(name), parseStrings, generated);
  }

  /** A copy that reads numbers from texts, or not. */
  public ScorerOptions withParseStrings(boolean value) {
    return new ScorerOptions(corruptColumn, value, generated);
  }

  /** A copy with these columns of the model beside prediction and probability. */
  public ScorerOptions withGenerated(List<String> columns) {
    return new ScorerOptions(corruptColumn, parseStrings, columns);
  }
}
