package io.runlake.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JavaCellsTest {
  private final Outputs outputs = new Outputs();
  private final PrintStream before = System.out;
  private JavaCells java;

  @BeforeEach
  void start() {
    Predefined.open(Map.of(), outputs);
    System.setOut(outputs.printStream());
    java = new JavaCells();
  }

  @AfterEach
  void end() {
    java.close();
    System.setOut(before);
  }

  private List<Output> run(String text) throws CellFailure {
    java.run(new Cell(1, 1, Cell.Kind.JAVA, text), outputs);
    return outputs.take();
  }

  @Test
  void aCellSeesThoseBeforeItAndShowsWhatItPrintsAndItsLastValue() throws Exception {
    assertThat(run("// A comment.\nimport java.util.List;\n\nvar all = List.of(1, 2);")).isEmpty();
    assertThat(run("int sum() {\n  return all.stream().mapToInt(n -> n).sum();\n}\n// The end."))
        .isEmpty();
    assertThat(run("sum();\nSystem.out.println(\"two\");\nsum() + 1"))
        .containsExactly(new Output.Printed("two"), new Output.Value("4"));
    assertThat(run("System.out.println(sum());")).containsExactly(new Output.Printed("3"));
  }

  @Test
  void aCellRunsOnTheThreadThatAsks() throws Exception {
    assertThat(run("System.out.println(Thread.currentThread().getName());"))
        .containsExactly(new Output.Printed(Thread.currentThread().getName()));
  }

  /** JShell's own way of running in process would wait for the thread. */
  @Test
  void aThreadThatACellLeavesBehindHoldsNobodyUp() throws Exception {
    assertThat(
            run(
                """
                var stop = new java.util.concurrent.CountDownLatch(1);
                var left = new Thread(() -> {
                  try {
                    stop.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
                left.start();
                System.out.println(left.isAlive());"""))
        .containsExactly(new Output.Printed("true"));
    run("stop.countDown();");
  }

  @Test
  void aPictureIsShownAsOne() throws Exception {
    assertThat(
            run("var shown = display(\"<svg/>\", \"image/svg+xml\");\ndisplay(5);").subList(0, 2))
        .containsExactly(new Output.Picture("<svg/>"), new Output.Printed("5"));
    assertThatThrownBy(() -> run("display(5, \"text/html\");"))
        .hasMessageContaining("'text/html' cannot be shown here");
  }

  @Test
  void whatDoesNotCompileIsTheLineAndTheCompilersWords() {
    assertFails("int a = 1;\n\nint b =\n    \"text\";\nint c = 2;", 4, "incompatible types");
    assertFails("int d = 1;\nnoSuchMethod(d);", 2, "cannot find symbol");
    assertFails("int e() {\n  return f();\n}", 1, "f()");
    assertFails("int g = 1;\nif (g > 0) {\n", 2, "ends too early");
    assertFails("int h = 1;\nint i = );", 2, "illegal start of expression");
  }

  @Test
  void whatThrowsIsTheLineAndTheErrorWithItsCauses() {
    assertFails(
        "int a = 1;\n\nvar b = new StringBuilder();\n\nb\n    .append(1)\n    .charAt(7);",
        7,
        "StringIndexOutOfBoundsException");
    assertFails(
        "throw new IllegalStateException(\"no\", new java.io.IOException(\"disk\"));",
        1,
        "java.lang.IllegalStateException: no\ncaused by: java.io.IOException: disk");
  }

  @Test
  void aFailureEndsTheNotebookWithItsNameNumberAndSource() {
    Notebook notebook =
        new Notebook(
            "broken.ipynb",
            List.of(
                new Cell(1, 1, Cell.Kind.MARKDOWN, "# Broken"),
                new Cell(2, 1, Cell.Kind.JAVA, "int a = 1;\nint b = \"text\";"),
                new Cell(3, 1, Cell.Kind.JAVA, "System.setProperty(\"after\", \"yes\");")));
    assertThatThrownBy(
            () ->
                new NotebookRun(Map.of(Cell.Kind.JAVA, java), outputs)
                    .run(notebook, executed -> {}))
        .isInstanceOf(NotebookRun.Stopped.class)
        .hasMessageStartingWith("Cell 2 (java) of broken.ipynb failed at line 2:")
        .hasMessageContaining("incompatible types")
        .hasMessageEndingWith("  int a = 1;\n  int b = \"text\";");
    assertThat(System.getProperty("after")).isNull();
  }

  private void assertFails(String text, int line, String message) {
    Cell cell = new Cell(1, 1, Cell.Kind.JAVA, text);
    assertThatThrownBy(() -> run(text))
        .as(text)
        .isInstanceOfSatisfying(
            CellFailure.class,
            failure -> {
              assertThat(failure.getMessage()).as(text).contains(message);
              assertThat(failure.lineOfSource(cell)).as(text).isEqualTo(line);
            });
  }
}
