package io.runlake.notebooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A Jupyter notebook in Java: a file of the format nbformat 4.5 or newer, with the outputs of its
 * last execution. Format: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
final class JupyterFile implements Source {
  static final String ENDING = ".ipynb";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CELL_ID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final String SVG = "image/svg+xml";
  private static final String TEXT = "text/plain";

  private final Notebook notebook;
  private final ObjectNode json;

  private JupyterFile(Notebook notebook, ObjectNode json) {
    this.notebook = notebook;
    this.json = json;
  }

  /**
   * Reads a text.
   *
   * @throws NotebookException naming the cell, if it is no such notebook
   */
  static JupyterFile parse(String name, String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new NotebookException(name + " is no notebook: " + e.getMessage(), e);
    }
    if (!(json instanceof ObjectNode object)
        || json.path("nbformat").asInt() != 4
        || json.path("nbformat_minor").asInt() < 5) {
      throw new NotebookException(name + " is no notebook of nbformat 4.5 or newer.");
    }
    String language = json.at("/metadata/kernelspec/language").asText();
    if (!language.toLowerCase(Locale.ROOT).equals("java")) {
      throw new NotebookException(
          name + " is for a kernel of the language '" + language + "'; Java is known here.");
    }
    List<Cell> cells = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonNode cell : json.path("cells")) {
      cells.add(cell(name, cells.size() + 1, cell, ids));
    }
    if (cells.isEmpty()) {
      throw new NotebookException(name + " has no cells.");
    }
    return new JupyterFile(new Notebook(name, cells), object);
  }

  private static Cell cell(String name, int number, JsonNode cell, Set<String> ids) {
    String id = cell.path("id").asText();
    if (!CELL_ID.matcher(id).matches() || !ids.add(id)) {
      throw wrong(name, number, "its id '" + id + "' is missing, malformed or another cell's");
    }
    if (!cell.path("metadata").isObject()) {
      throw wrong(name, number, "it has no metadata");
    }
    JsonNode source = cell.path("source");
    if (!source.isTextual() && !source.isArray()) {
      throw wrong(name, number, "it has no source");
    }
    String type = cell.path("cell_type").asText();
    return switch (type) {
      case "markdown" -> new Cell(number, 1, Cell.Kind.MARKDOWN, text(source));
      case "code" -> {
        if (!cell.path("outputs").isArray() || !cell.has("execution_count")) {
          throw wrong(name, number, "a code cell has outputs and an execution_count");
        }
        yield new Cell(number, 1, Cell.Kind.JAVA, text(source));
      }
      default ->
          throw wrong(name, number, "its type is '" + type + "'; markdown and code are known");
    };
  }

  private static NotebookException wrong(String name, int number, String what) {
    return new NotebookException("Cell " + number + " of " + name + ": " + what + ".");
  }

  /** A text is one string, or one for each line. */
  private static String text(JsonNode source) {
    if (source.isTextual()) {
      return source.asText();
    }
    StringBuilder text = new StringBuilder();
    source.forEach(line -> text.append(line.asText()));
    return text.toString();
  }

  @Override
  public Notebook notebook() {
    return notebook;
  }

  /** The notebook itself holds what it showed. */
  @Override
  public String resultName() {
    return notebook.name();
  }

  @Override
  public String result(List<Executed> cells, String with) {
    ObjectNode result = json.deepCopy();
    int count = 0;
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i).cell().kind() == Cell.Kind.JAVA) {
        count++;
        ObjectNode cell = (ObjectNode) result.path("cells").get(i);
        cell.put("execution_count", count);
        ArrayNode outputs = cell.putArray("outputs");
        for (Output output : cells.get(i).outputs()) {
          output(output, count, outputs.addObject());
        }
      }
    }
    return written(result);
  }

  private static void output(Output output, int count, ObjectNode node) {
    if (output instanceof Output.Printed printed) {
      node.put("name", "stdout").put("output_type", "stream");
      lines(printed.text() + "\n", node.putArray("text"));
    } else if (output instanceof Output.Picture picture) {
      ObjectNode data = node.putObject("data");
      lines(picture.svg().replace("><", ">\n<"), data.putArray(SVG));
      lines("a picture in SVG", data.putArray(TEXT));
      node.putObject("metadata");
      node.put("output_type", "display_data");
    } else if (output instanceof Output.Value value) {
      lines(value.text(), node.putObject("data").putArray(TEXT));
      node.put("execution_count", count).putObject("metadata");
      node.put("output_type", "execute_result");
    } else {
      throw new IllegalArgumentException("No Java cell shows " + output + ".");
    }
  }

  /** Each line with its end, as Jupyter keeps texts. */
  private static void lines(String text, ArrayNode array) {
    for (String line : text.split("(?<=\n)")) {
      array.add(line);
    }
  }

  /** Laid out as Jupyter lays files out, so that saving one there changes what was changed. */
  private static String written(JsonNode node) {
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Spacing.AFTER)
            .withArrayEmptySeparator("")
            .withObjectEmptySeparator("");
    DefaultIndenter indenter = new DefaultIndenter(" ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(separators)
            .withObjectIndenter(indenter)
            .withArrayIndenter(indenter);
    try {
      return JSON.writer(printer).writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
