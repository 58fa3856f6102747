package io.runlake.notebooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the source file of a Databricks notebook in Scala: a first line that says so, cells between
 * {@code // COMMAND ----------}, and cells of other languages as {@code // MAGIC} comments that
 * begin with {@code %md}, {@code %sql} or {@code %scala}.
 */
final class DatabricksSource implements Source {
  private static final String FIRST_LINE = "// Databricks notebook source";
  private static final String SEPARATOR = "// COMMAND ----------";
  private static final String MAGIC = "// MAGIC";
  private static final Map<String, Cell.Kind> LANGUAGES =
      Map.of("%md", Cell.Kind.MARKDOWN, "%sql", Cell.Kind.SQL, "%scala", Cell.Kind.SCALA);

  private final String name;
  private final List<Cell> cells = new ArrayList<>();

  private DatabricksSource(String name) {
    this.name = name;
  }

  /**
   * Reads a text.
   *
   * @throws NotebookException if it is no such source
   */
  static DatabricksSource parse(String name, String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).strip().equals(FIRST_LINE)) {
      throw new NotebookException(
          name + " is no notebook: its first line has to be '" + FIRST_LINE + "'.");
    }
    DatabricksSource source = new DatabricksSource(name);
    int begin = 1;
    for (int i = 1; i <= lines.size(); i++) {
      if (i == lines.size() || lines.get(i).strip().equals(SEPARATOR)) {
        source.cell(lines, begin, i);
        begin = i + 1;
      }
    }
    if (source.cells.isEmpty()) {
      throw new NotebookException(name + " has no cells.");
    }
    return source;
  }

  @Override
  public Notebook notebook() {
    return new Notebook(name, cells);
  }

  @Override
  public String resultName() {
    return name.replaceFirst("\\.[^.]*$", "") + ".html";
  }

  /** A page, since a source holds no outputs. */
  @Override
  public String result(List<Executed> executed, String with) {
    return HtmlPage.of(notebook(), executed, with);
  }

  /** Adds the cell of the lines from {@code begin} to before {@code end}, unless it is blank. */
  private void cell(List<String> lines, int begin, int end) {
    int first = begin;
    int last = end;
    while (first < last && lines.get(first).isBlank()) {
      first++;
    }
    while (last > first && lines.get(last - 1).isBlank()) {
      last--;
    }
    if (first == last) {
      return;
    }
    List<String> own = lines.subList(first, last);
    if (own.get(0).startsWith(MAGIC)) {
      magic(own, first + 1);
    } else {
      add(first + 1, Cell.Kind.SCALA, own);
    }
  }

  private void magic(List<String> own, int line) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      if (!own.get(i).startsWith(MAGIC)) {
        throw at(line + i, "a line without '" + MAGIC + "' in a cell that began with it");
      }
      String rest = own.get(i).substring(MAGIC.length());
      text.add(rest.startsWith(" ") ? rest.substring(1) : rest);
    }
    String[] first = text.get(0).strip().split("\\s+", 2);
    Cell.Kind kind = LANGUAGES.get(first[0]);
    if (kind == null) {
      throw at(line, "'" + first[0] + "' is not known; %md, %sql and %scala are");
    }
    if (first.length == 2) {
      text.set(0, first[1]);
      add(line, kind, text);
    } else {
      add(line + 1, kind, text.subList(1, text.size()));
    }
  }

  private void add(int line, Cell.Kind kind, List<String> text) {
    cells.add(new Cell(cells.size() + 1, line, kind, String.join("\n", text)));
  }

  private NotebookException at(int line, String problem) {
    return new NotebookException(name + ", line " + line + ": " + problem + ".");
  }
}
