package io.runlake.notebooks;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import scala.tools.nsc.Settings;
import scala.tools.nsc.interpreter.IMain;
import scala.tools.nsc.interpreter.Results;
import scala.tools.nsc.interpreter.shell.ReplReporterImpl;
import scala.util.Properties;

/**
 * Executes Scala cells with the compiler's own interpreter, as Spark's shell does. Classes of a
 * cell are instances and not objects, and are written to a folder that Spark serves to executors;
 * without both, functions of a cell do not run in tasks. The one class here that knows {@code
 * scala}.
 */
final class ScalaCells implements CellRunner, AutoCloseable {
  private static final Pattern LINE = Pattern.compile("On line (\\d+): error:");
  private static final int MOST_LETTERS = 100_000;
  private static final String PREDEFINED =
      """
      @transient val spark = org.apache.spark.sql.SparkSession.active
      @transient val sc = spark.sparkContext
      @transient val dbutils = io.runlake.notebooks.Predefined.dbutils
      def display(frame: org.apache.spark.sql.Dataset[_]): Unit =
        io.runlake.notebooks.Predefined.display(frame)
      def displayHTML(html: String): Unit = io.runlake.notebooks.Predefined.displayHTML(html)
      """;

  private final StringWriter said = new StringWriter();
  private final IMain interpreter;

  /**
   * Starts the interpreter on the class path of this JVM; takes seconds.
   *
   * @param classes the folder that {@code spark.repl.class.outputDir} names
   */
  ScalaCells(Path classes) throws CellFailure {
    Settings settings = new Settings();
    settings.processArguments(
        CollectionConverters.asScala(
                List.of("-usejavacp", "-Yrepl-class-based", "-Yrepl-outdir", classes.toString()))
            .toList(),
        true);
    ReplReporterImpl reporter = new ReplReporterImpl(settings, new PrintWriter(said, true));
    // The default of 800 letters is for all that a cell says, definitions at its end included.
    reporter.maxPrintString_$eq(MOST_LETTERS);
    interpreter = new IMain(settings, Option.empty(), settings, reporter);
    interpret(PREDEFINED);
  }

  @Override
  public void run(Cell cell, Outputs outputs) throws CellFailure {
    Said said = Said.of(interpret(cell.text()));
    if (!said.values().isEmpty()) {
      outputs.add(new Output.Printed(said.values()));
    }
    if (!said.defined().isEmpty()) {
      outputs.add(new Output.Defined(said.defined()));
    }
  }

  /**
   * What the interpreter says of a cell that passed.
   *
   * @param values of expressions, {@code res0: Int = 5}
   * @param defined names and types, without values: those are long, and a page is to be the same
   *     wherever it was made
   */
  record Said(String values, List<String> defined) {
    private static final Pattern DEFINITION =
        Pattern.compile("^((?:lazy )?(?:val|var|def|class|trait|object|type) |import ).*");

    static Said of(String answer) {
      StringBuilder values = new StringBuilder();
      List<String> defined = new ArrayList<>();
      boolean value = false;
      for (String line : answer.lines().toList()) {
        if (line.startsWith("val res")) {
          value = true;
          values.append(line.substring("val ".length())).append('\n');
        } else if (DEFINITION.matcher(line).matches()) {
          value = false;
          if (!line.startsWith("import ")) {
            defined.add(line.replaceFirst(" =( .*)?$", ""));
          }
        } else if (value) {
          values.append(line).append('\n');
        }
      }
      return new Said(values.toString().stripTrailing(), List.copyOf(defined));
    }
  }

  /** What the interpreter says of a text; a failure if it does not compile or throws. */
  private String interpret(String text) throws CellFailure {
    said.getBuffer().setLength(0);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    Results.Result result;
    try {
      thread.setContextClassLoader(interpreter.classLoader());
      result = interpreter.interpret(text);
    } finally {
      thread.setContextClassLoader(before);
    }
    String answer = said.toString().stripTrailing();
    if (result == Results.Success$.MODULE$) {
      return answer;
    }
    if (result == Results.Incomplete$.MODULE$) {
      throw new CellFailure(1, "The code ends too early: a bracket or quote is open.", null);
    }
    Matcher line = LINE.matcher(answer);
    throw new CellFailure(line.find() ? Integer.parseInt(line.group(1)) : 1, answer, null);
  }

  /** Scala's version. */
  static String version() {
    return Properties.versionNumberString();
  }

  @Override
  public void close() {
    interpreter.close();
  }
}
