package io.runlake.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what {@code benchmarks/nightly/spark-lines} had each Spark line answer with the answers
 * of the first line: {@code SparkLines <folder> <line>...}, with {@code <folder>/<line>/answers}.
 */
public final class SparkLines {
  static final double TOLERANCE = 1e-12;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Which answers are compared; what counts rows of a scored night is found in the runs. */
  private static final List<String> COMPARED =
      List.of(
          "coefficients",
          "training_metrics",
          "night",
          "night_quarantine",
          "stream",
          "stream_quarantine");

  /**
   * One answer of one line against the same of the first line.
   *
   * @param rows how many rows it has
   * @param difference the greatest difference of two numbers at the same place
   * @param trouble what does not fit at all, empty if nothing
   */
  record Difference(int rows, double difference, String trouble) {
    boolean holds() {
      return rows > 0 && trouble.isEmpty() && difference <= TOLERANCE;
    }
  }

  private SparkLines() {}

  /** Prints a matrix on stderr, one JSON object on stdout; exit code 1 if a line differs. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    List<String> lines = List.of(args).subList(1, args.length);
    Map<String, Map<String, Difference>> matrix = new LinkedHashMap<>();
    for (String line : lines) {
      Map<String, Difference> row = new LinkedHashMap<>();
      for (String answer : COMPARED) {
        row.put(
            answer, compare(answers(folder, lines.get(0), answer), answers(folder, line, answer)));
      }
      row.put(
          "stream and night",
          compare(answers(folder, line, "night"), answers(folder, line, "stream")));
      row.put("command", commandAndSpark(folder, line));
      matrix.put(line, row);
    }
    boolean holds = matrix.values().stream().allMatch(SparkLines::holds);
    matrix.forEach((line, row) -> row.forEach((answer, d) -> say(line, answer, d)));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", "spark-lines");
    result.put("tolerance", TOLERANCE);
    result.put("holds", holds);
    result.put("reference", lines.get(0));
    result.put("lines", matrix);
    System.out.println(JSON.writeValueAsString(result));
    System.exit(holds ? 0 : 1);
  }

  private static boolean holds(Map<String, Difference> row) {
    return row.values().stream().allMatch(Difference::holds);
  }

  private static void say(String line, String answer, Difference d) {
    System.err.printf(
        "spark-lines: %-11s %-17s %5d rows, greatest difference %-8.3g %s %s%n",
        line, answer, d.rows(), d.difference(), d.holds() ? "ok" : "DIFFERS", d.trouble());
  }

  private static List<JsonNode> answers(Path folder, String line, String answer)
      throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String row :
        Files.readAllLines(folder.resolve(line).resolve("answers").resolve(answer + ".json"))) {
      rows.add(JSON.readTree(row));
    }
    return rows;
  }

  /** What the command says of the training runs against what plain Spark of the line folds. */
  private static Difference commandAndSpark(Path folder, String line) throws IOException {
    Map<String, JsonNode> folded = new LinkedHashMap<>();
    answers(folder, line, "runs").forEach(run -> folded.put(run.path("run_id").asText(), run));
    List<JsonNode> said = new ArrayList<>();
    List<JsonNode> read = new ArrayList<>();
    Path command = folder.resolve(line).resolve("answers/command.json");
    for (JsonNode run : JSON.readTree(Files.readAllBytes(command)).path("runs")) {
      JsonNode same = folded.getOrDefault(run.at("/info/run_id").asText(), JSON.createObjectNode());
      String version = run.at("/data/tags/runlake.spark.version").asText();
      if (!line.startsWith(version + "_")) {
        return new Difference(said.size(), 0, "a run says that its Spark is '" + version + "'");
      }
      said.add(picked(run.at("/info/status"), run.at("/data/params"), run.at("/data/metrics")));
      read.add(picked(same.path("status"), same.path("params"), same.path("metrics")));
    }
    return compare(said, read);
  }

  private static JsonNode picked(JsonNode status, JsonNode params, JsonNode metrics) {
    return JSON.createArrayNode().add(status).add(params).add(metrics);
  }

  /** Two answers row by row; numbers may differ, everything else is equal. */
  static Difference compare(List<JsonNode> first, List<JsonNode> other) {
    if (first.size() != other.size()) {
      return new Difference(other.size(), 0, first.size() + " rows on the first line");
    }
    double greatest = 0;
    for (int i = 0; i < first.size(); i++) {
      double difference = difference(first.get(i), other.get(i));
      if (Double.isNaN(difference)) {
        return new Difference(
            other.size(), greatest, "row " + i + " is " + other.get(i) + ", not " + first.get(i));
      }
      greatest = Math.max(greatest, difference);
    }
    return new Difference(other.size(), greatest, "");
  }

  /** The greatest difference of two numbers in it; NaN if it differs otherwise. */
  private static double difference(JsonNode first, JsonNode other) {
    if (first.isNumber() && other.isNumber()) {
      return Math.abs(first.doubleValue() - other.doubleValue());
    }
    if (!first.isContainerNode() || first.getNodeType() != other.getNodeType()) {
      return first.equals(other) ? 0 : Double.NaN;
    }
    if (first.size() != other.size()) {
      return Double.NaN;
    }
    double greatest = 0;
    if (first.isArray()) {
      for (int i = 0; i < first.size(); i++) {
        greatest = Math.max(greatest, difference(first.get(i), other.get(i)));
      }
    } else {
      for (Map.Entry<String, JsonNode> field : first.properties()) {
        greatest = Math.max(greatest, difference(field.getValue(), other.path(field.getKey())));
      }
    }
    return greatest;
  }
}
