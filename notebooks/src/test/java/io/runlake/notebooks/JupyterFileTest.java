package io.runlake.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.testkit.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JupyterFileTest {
  private static final Path NOTEBOOKS = TestSpark.projectRoot().resolve("notebooks");

  private static final String FILE =
      """
      {
       "cells": [
        {
         "cell_type": "markdown",
         "id": "title",
         "metadata": {},
         "source": [
          "# A title\\n",
          "\\n",
          "text"
         ]
        },
        {
         "cell_type": "code",
         "execution_count": 7,
         "id": "setup",
         "metadata": {
          "tags": [
           "kept"
          ]
         },
         "outputs": [
          {
           "name": "stdout",
           "output_type": "stream",
           "text": [
            "of another day\\n"
           ]
          }
         ],
         "source": "var lake = System.getProperty(\\"lake\\", \\"/tmp/x\\");"
        }
       ],
       "metadata": {
        "kernelspec": {
         "display_name": "Java",
         "language": "java",
         "name": "java"
        }
       },
       "nbformat": 4,
       "nbformat_minor": 5
      }
      """;

  @Test
  void aFileIsItsCells() {
    Notebook notebook = JupyterFile.parse("a.ipynb", FILE).notebook();
    assertThat(notebook.cells())
        .containsExactly(
            new Cell(1, 1, Cell.Kind.MARKDOWN, "# A title\n\ntext"),
            new Cell(2, 1, Cell.Kind.JAVA, "var lake = System.getProperty(\"lake\", \"/tmp/x\");"));
    assertThat(notebook.title()).isEqualTo("A title");
    assertThat(notebook.parameters()).containsExactly(Map.entry("lake", "/tmp/x"));
  }

  @Test
  void itsResultHasTheNewOutputsAndIsOtherwiseTheSame() throws Exception {
    JupyterFile file = JupyterFile.parse("a.ipynb", FILE);
    List<Cell> cells = file.notebook().cells();
    String result =
        file.result(
            List.of(
                new Executed(cells.get(0), List.of(), Duration.ZERO),
                new Executed(
                    cells.get(1),
                    List.of(
                        new Output.Printed("one\ntwo"),
                        new Output.Picture("<svg><g/></svg>"),
                        new Output.Value("5")),
                    Duration.ZERO)),
            "Spark");
    assertThat(file.resultName()).isEqualTo("a.ipynb");
    ObjectMapper json = new ObjectMapper();
    JsonNode outputs = json.readTree(result).at("/cells/1/outputs");
    assertThat(outputs.toString())
        .isEqualTo(
            "[{\"name\":\"stdout\",\"output_type\":\"stream\",\"text\":[\"one\\n\",\"two\\n\"]},"
                + "{\"data\":{\"image/svg+xml\":[\"<svg>\\n\",\"<g/>\\n\",\"</svg>\"],"
                + "\"text/plain\":[\"a picture in SVG\"]},\"metadata\":{},"
                + "\"output_type\":\"display_data\"},"
                + "{\"data\":{\"text/plain\":[\"5\"]},\"execution_count\":1,\"metadata\":{},"
                + "\"output_type\":\"execute_result\"}]");
    String again =
        JupyterFile.parse("a.ipynb", result)
            .result(
                List.of(
                    new Executed(cells.get(0), List.of(), Duration.ZERO),
                    new Executed(
                        cells.get(1),
                        List.of(new Output.Printed("of another day")),
                        Duration.ZERO)),
                "Spark");
    assertThat(again).isEqualTo(FILE.replace("\"execution_count\": 7", "\"execution_count\": 1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"nbformat\": 4 | \"nbformat\": 3 | a.ipynb is no notebook of nbformat 4.5 or newer.",
        "\"id\": \"setup\" | \"id\": \"title\" | Cell 2 of a.ipynb: its id 'title' is missing, malformed or another cell's.",
        "\"id\": \"setup\" | \"id\": \"no id\" | Cell 2 of a.ipynb: its id 'no id' is missing, malformed or another cell's.",
        "\"code\" | \"raw\" | Cell 2 of a.ipynb: its type is 'raw'; markdown and code are known.",
        "\"outputs\" | \"output\" | Cell 2 of a.ipynb: a code cell has outputs and an execution_count.",
        "\"language\": \"java\" | \"language\": \"python\" | a.ipynb is for a kernel of the language 'python'; Java is known here.",
      })
  void whatIsNoNotebookIsOneErrorThatNamesTheCell(String there, String wrong, String message) {
    assertThat(FILE).contains(there);
    assertThatThrownBy(() -> JupyterFile.parse("a.ipynb", FILE.replace(there, wrong)))
        .isInstanceOf(NotebookException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> JupyterFile.parse("a.ipynb", FILE.substring(9)))
        .isInstanceOf(NotebookException.class)
        .hasMessageStartingWith("a.ipynb is no notebook: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"01-autolog", "02-tuning", "03-data", "04-registry", "05-scoring"})
  void theNotebooksOfAPairTellOneStoryAndTheOutputsAreSaved(String name) throws Exception {
    Path file = NOTEBOOKS.resolve(name + ".ipynb");
    Notebook jupyter = Source.read(file).notebook();
    Notebook databricks = Source.read(NOTEBOOKS.resolve(name + ".scala")).notebook();
    assertThat(texts(jupyter)).hasSizeGreaterThan(4).isEqualTo(texts(databricks));
    assertThat(databricks.cells()).anyMatch(cell -> cell.kind() == Cell.Kind.SQL);
    assertThat(jupyter.parameters().keySet()).isEqualTo(databricks.parameters().keySet());

    int count = 0;
    List<String> kinds = new ArrayList<>();
    JsonNode cells = new ObjectMapper().readTree(Files.readString(file)).path("cells");
    for (JsonNode cell : cells) {
      if (cell.path("cell_type").asText().equals("code")) {
        count++;
        assertThat(cell.path("execution_count").asInt()).as("%s", cell.path("id")).isEqualTo(count);
        cell.path("outputs").forEach(output -> kinds.add(output.path("output_type").asText()));
        assertThat(cell.path("outputs").toString())
            .as("what depends on where it was executed")
            .doesNotContain(TestSpark.projectRoot().toString());
      }
    }
    assertThat(kinds).as("outputs of %s", name).hasSizeGreaterThan(3).doesNotContain("error");
  }

  private static List<String> texts(Notebook notebook) {
    return notebook.cells().stream()
        .filter(cell -> cell.kind() == Cell.Kind.MARKDOWN)
        .map(Cell::text)
        .toList();
  }
}
