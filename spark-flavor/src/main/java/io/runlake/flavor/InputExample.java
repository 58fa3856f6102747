package io.runlake.flavor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A few rows of input, kept beside the model in pandas' split form.
 *
 * @param columns the names
 * @param rows one list per row, as long as {@code columns}; values are null, booleans, numbers,
 *     strings or lists of those
 */
public record InputExample(List<String> columns, List<List<Object>> rows) {
  /** Copies, and checks the lengths. */
  public InputExample {
    columns = List.copyOf(columns);
    List<List<Object>> copy = new ArrayList<>(rows.size());
    for (List<Object> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "a row of " + row.size() + " values for " + columns.size() + " columns " + columns);
      }
      copy.add(Collections.unmodifiableList(new ArrayList<>(row)));
    }
    rows = List.copyOf(copy);
  }

  /** The contents of {@code input_example.json}. */
  String json() {
    return Json.write(split());
  }

  /** The contents of {@code serving_input_example.json}. */
  String servingJson() {
    return Json.writeIndented(Map.of("dataframe_split", split()));
  }

  private Map<String, Object> split() {
    Map<String, Object> split = new LinkedHashMap<>();
    split.put("columns", columns);
    split.put("data", rows);
    return split;
  }
}
