package io.runlake.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabricksSourceTest {
  private static final String SOURCE =
      """
      // Databricks notebook source
      // MAGIC %md
      // MAGIC # A title
      // MAGIC
      // MAGIC   indented

      // COMMAND ----------

      val a = 1

      val b = "// MAGIC is no magic here"

      // COMMAND ----------

      // COMMAND ----------

      // MAGIC %sql SELECT 1
      // MAGIC   AS one

      // COMMAND ----------

      // MAGIC %scala
      // MAGIC dbutils.widgets.text("data", "x", "y")
      """;

  @Test
  void aSourceIsItsCellsWithTheLinesWhereTheirTextBegins() {
    Notebook notebook = DatabricksSource.parse("a.scala", SOURCE).notebook();
    assertThat(notebook.cells())
        .containsExactly(
            new Cell(1, 3, Cell.Kind.MARKDOWN, "# A title\n\n  indented"),
            new Cell(2, 9, Cell.Kind.SCALA, "val a = 1\n\nval b = \"// MAGIC is no magic here\""),
            new Cell(3, 17, Cell.Kind.SQL, "SELECT 1\n  AS one"),
            new Cell(4, 23, Cell.Kind.SCALA, "dbutils.widgets.text(\"data\", \"x\", \"y\")"));
    assertThat(notebook.title()).isEqualTo("A title");
    assertThat(notebook.parameters()).containsExactly(Map.entry("data", "x"));
  }

  @Test
  void linesThatEndAsOnWindowsAreLines() {
    assertThat(DatabricksSource.parse("a.scala", SOURCE.replace("\n", "\r\n")).notebook())
        .isEqualTo(DatabricksSource.parse("a.scala", SOURCE).notebook());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "// MAGIC %python | a.scala, line 2: '%python' is not known; %md, %sql and %scala are.",
        "// MAGIC %md;val a = 1 | a.scala, line 3: a line without '// MAGIC' in a cell that began with it.",
        "'' | a.scala has no cells.",
      })
  void whatIsNoNotebookIsOneErrorThatNamesTheLine(String body, String message) {
    String source = "// Databricks notebook source\n" + body.replace(";", "\n");
    assertThatThrownBy(() -> DatabricksSource.parse("a.scala", source))
        .isInstanceOf(NotebookException.class)
        .hasMessage(message);
  }

  @Test
  void anyOtherFileIsRefused(@TempDir Path temp) {
    for (String text : List.of("", "val a = 1")) {
      assertThatThrownBy(() -> DatabricksSource.parse("a.scala", text))
          .isInstanceOf(NotebookException.class)
          .hasMessageContaining("its first line has to be '// Databricks notebook source'");
    }
    assertThatThrownBy(() -> Source.read(temp.resolve("none.scala")))
        .isInstanceOf(NotebookException.class)
        .hasMessageContaining("none.scala");
  }
}
