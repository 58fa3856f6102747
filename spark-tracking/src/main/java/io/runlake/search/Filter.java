package io.runlake.search;

import java.util.List;

/**
 * A filter as a syntax tree: conditions that must all hold.
 *
 * <p>The grammar is MLflow's ({@code utils/search_utils.py}). One difference: members of an {@code
 * IN} list that are not lower case are compared like the others, where MLflow drops them silently.
 */
public record Filter(List<Condition> conditions) {
  public Filter {
    conditions = List.copyOf(conditions);
  }

  /**
   * Reads a filter; empty text is everything.
   *
   * @throws FilterException saying what is wrong at which position
   */
  public static Filter parse(String text, Fields fields) {
    return new Filter(Parser.filter(text, fields));
  }

  /** Whether a row is wanted. */
  public boolean matches(Facts facts) {
    for (Condition condition : conditions) {
      if (!condition.holds(facts)) {
        return false;
      }
    }
    return true;
  }
}
