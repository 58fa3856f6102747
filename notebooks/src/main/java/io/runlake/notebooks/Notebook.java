package io.runlake.notebooks;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A notebook as it was written.
 *
 * @param name the file's name, for messages
 * @param cells in their order
 */
record Notebook(String name, List<Cell> cells) {
  private static final Pattern HEADING = Pattern.compile("(?m)^#\\s+(.+)$");

  /** A widget of a Scala cell, or a system property that a Java cell reads, with its default. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?:dbutils\\.widgets\\.text|System\\.getProperty)"
              + "\\(\\s*\"([^\"]+)\",\\s*\"([^\"]*)\"");

  Notebook {
    cells = List.copyOf(cells);
  }

  /** The first heading, else the name. */
  String title() {
    for (Cell cell : cells) {
      Matcher heading = HEADING.matcher(cell.text());
      if (cell.kind() == Cell.Kind.MARKDOWN && heading.find()) {
        return heading.group(1).strip();
      }
    }
    return name;
  }

  /** The parameters that its code reads with their defaults, as far as both are literals. */
  SortedMap<String, String> parameters() {
    SortedMap<String, String> defaults = new TreeMap<>();
    for (Cell cell : cells) {
      if (cell.kind() == Cell.Kind.SCALA || cell.kind() == Cell.Kind.JAVA) {
        PARAMETER
            .matcher(cell.text())
            .results()
            .forEach(found -> defaults.put(found.group(1), found.group(2)));
      }
    }
    return defaults;
  }
}
