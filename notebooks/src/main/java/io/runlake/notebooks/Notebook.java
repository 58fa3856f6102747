package io.runlake.notebooks;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
  private static final Pattern WIDGET =
      Pattern.compile("dbutils\\.widgets\\.text\\(\\s*\"([^\"]+)\"");

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

  /** The widgets that its code makes, as far as they are named by a literal. */
  Set<String> widgets() {
    Set<String> names = new TreeSet<>();
    for (Cell cell : cells) {
      if (cell.kind() == Cell.Kind.SCALA) {
        WIDGET.matcher(cell.text()).results().forEach(found -> names.add(found.group(1)));
      }
    }
    return names;
  }
}
