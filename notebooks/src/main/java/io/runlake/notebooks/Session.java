package io.runlake.notebooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/**
 * What one notebook is executed in: interpreters and a Spark of its own, which end with it, and its
 * parameters. One at a time in a JVM.
 */
final class Session implements AutoCloseable {
  private final Map<Cell.Kind, CellRunner> runners;
  private final AutoCloseable interpreter;
  private final Map<String, String> properties;
  private final Outputs outputs;

  private Session(
      Map<Cell.Kind, CellRunner> runners,
      AutoCloseable interpreter,
      Map<String, String> properties,
      Outputs outputs) {
    this.runners = runners;
    this.interpreter = interpreter;
    this.properties = properties;
    this.outputs = outputs;
  }

  /**
   * Starts one for a notebook: with Spark for Scala, as Databricks has it; without for Java, whose
   * notebooks start Spark themselves.
   */
  static Session open(Notebook notebook, Map<String, String> parameters, Outputs outputs)
      throws IOException {
    Predefined.open(parameters, outputs);
    Session session =
        notebook.cells().stream().anyMatch(cell -> cell.kind() == Cell.Kind.JAVA)
            ? java(parameters, outputs)
            : scala(outputs);
    outputs.take();
    return session;
  }

  private static Session java(Map<String, String> parameters, Outputs outputs) {
    parameters.forEach(System::setProperty);
    JavaCells java = new JavaCells();
    return new Session(Map.of(Cell.Kind.JAVA, java), java, parameters, outputs);
  }

  private static Session scala(Outputs outputs) throws IOException {
    Path classes = Files.createTempDirectory("notebook-classes");
    SparkSession spark = LocalSpark.start(classes);
    ScalaCells scala;
    try {
      scala = new ScalaCells(classes);
    } catch (CellFailure e) {
      throw new IllegalStateException("The Scala interpreter does not start: " + e.getMessage(), e);
    }
    return new Session(
        Map.of(Cell.Kind.SCALA, scala, Cell.Kind.SQL, new SqlCells(spark)),
        scala,
        Map.of(),
        outputs);
  }

  /** Executes the notebook. */
  List<Executed> run(Notebook notebook, Consumer<Executed> progress) throws NotebookRun.Stopped {
    return new NotebookRun(runners, outputs).run(notebook, progress);
  }

  /** What a page says that it was executed with. */
  static String versions() {
    return "Spark %s, Scala %s, Java %s"
        .formatted(
            org.apache.spark.package$.MODULE$.SPARK_VERSION(),
            ScalaCells.version(),
            Runtime.version().feature());
  }

  @Override
  public void close() throws Exception {
    LocalSpark.stop();
    interpreter.close();
    properties.keySet().forEach(System::clearProperty);
  }
}
