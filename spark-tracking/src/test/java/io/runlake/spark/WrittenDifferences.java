package io.runlake.spark;

import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The list of what differs from MLflow's autologging, read from the page that states it, so that
 * page and behaviour cannot part.
 */
final class WrittenDifferences {
  static final String PAGE = "docs/decisions/093-like-mlflow.md";
  private static final String HEADING = "| Scenarios | What | Name |";

  /**
   * A row of the list.
   *
   * @param scenarios the recordings it is about; {@code all} for every one
   * @param line what {@link Recording} says of it, with {@code *} for anything
   */
  record Row(List<String> scenarios, String line) {
    boolean isAbout(String scenario) {
      return scenarios.contains("all") || scenarios.contains(scenario);
    }

    boolean covers(String difference) {
      String quoted = Pattern.quote(line).replace("*", "\\E.*\\Q");
      return Pattern.matches(quoted, difference);
    }
  }

  private WrittenDifferences() {}

  static List<Row> read() throws IOException {
    List<Row> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(TestSpark.projectRoot().resolve(PAGE))) {
      if (line.startsWith(HEADING)) {
        inside = true;
      } else if (inside && line.startsWith("|") && !line.startsWith("|-")) {
        rows.add(row(line));
      } else if (inside && !line.startsWith("|")) {
        inside = false;
      }
    }
    return rows;
  }

  private static Row row(String line) {
    String[] cells = line.substring(1).split("(?<!\\\\)\\|");
    if (cells.length != 4 || cells[3].isBlank()) {
      throw new IllegalStateException(
          "A row of " + PAGE + " has scenarios, what, name and a reason: " + line);
    }
    List<String> scenarios = Arrays.stream(cells[0].split(",")).map(String::strip).toList();
    String name = cells[2].strip().replace("`", "");
    return new Row(scenarios, (cells[1].strip() + " " + name).strip());
  }
}
