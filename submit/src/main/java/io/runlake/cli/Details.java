package io.runlake.cli;

import java.util.Map;

/** One thing as lines of name and value, then sections of such lines. */
final class Details {
  private static final int NAME_WIDTH = 13;

  private final StringBuilder text = new StringBuilder();

  /** A line; left out where the value is empty. */
  Details add(String name, String value) {
    if (!value.isEmpty()) {
      line(name + " ".repeat(Math.max(1, NAME_WIDTH - name.length())) + value);
    }
    return this;
  }

  /** A section with a line per entry; left out where there is none. */
  Details section(String heading, Map<String, String> entries) {
    if (!entries.isEmpty()) {
      line("");
      line(heading);
      int width = entries.keySet().stream().mapToInt(String::length).max().orElse(0);
      entries.forEach(
          (key, value) ->
              line("  " + key + " ".repeat(width - key.length()) + "  " + value.strip()));
    }
    return this;
  }

  private void line(String line) {
    text.append(Texts.printable(line)).append(System.lineSeparator());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
