package io.runlake.search;

import java.util.List;
import java.util.OptionalDouble;

/** What a search can ask of one row. */
public interface Facts {
  /** The value of a metric or of a numeric attribute; empty if the row has none. */
  OptionalDouble number(Field field);

  /**
   * The values of anything else: one at most, but for datasets, of which a row may have several.
   */
  List<String> texts(Field field);
}
