package io.runlake.notebooks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Executes one notebook in this JVM and writes it with its outputs as a page. */
@Command(
    name = "notebooks/run",
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Executes a notebook cell by cell and writes it, with what it showed, as an HTML page.",
      "A cell that fails ends it, and no page is written.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all cells passed, 1 a cell failed, 2 wrong usage or no notebook.",
      "Example: notebooks/run notebooks/occupancy.scala --html /tmp/occupancy.html"
    })
public final class Main implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private final PrintStream terminal;
  private final Outputs outputs;

  @Parameters(paramLabel = "SOURCE", description = "The source file of a Databricks notebook.")
  private Path source;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "The page. Default: beside the source, with .html as its ending.")
  private Path html;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = "The value of one of the notebook's widgets. Repeatable.")
  private Map<String, String> parameters = new TreeMap<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  private boolean help;

  private Main(PrintStream terminal, Outputs outputs) {
    this.terminal = terminal;
    this.outputs = outputs;
  }

  /** Runs a notebook and ends the JVM with its exit code. */
  public static void main(String[] args) {
    PrintStream terminal = System.out;
    Outputs outputs = new Outputs();
    // Before Scala's Console looks at it; from here on what is printed belongs to a cell.
    System.setOut(outputs.printStream());
    CommandLine line =
        new CommandLine(new Main(terminal, outputs))
            .setExecutionExceptionHandler((fault, command, result) -> tell(fault));
    int code = line.execute(args);
    outputs.take().forEach(output -> told(terminal, output));
    terminal.flush();
    System.exit(code);
  }

  private static int tell(Exception fault) throws Exception {
    if (fault instanceof NotebookRun.Stopped stopped) {
      stopped.outputs().forEach(output -> told(System.err, output));
      System.err.println(stopped.getMessage());
      return FAILED;
    }
    if (fault instanceof NotebookException) {
      System.err.println(fault.getMessage());
      return WRONG_USAGE;
    }
    throw fault;
  }

  private static void told(PrintStream where, Output output) {
    if (output instanceof Output.Printed printed) {
      where.println(printed.text());
    }
  }

  @Override
  public Integer call() throws Exception {
    Notebook notebook = DatabricksSource.read(source);
    checkParameters(notebook);
    Path page = html == null ? beside(source) : html;
    Path classes = Files.createTempDirectory("notebook-classes");
    Predefined.open(parameters, outputs);
    try (SparkSession spark = LocalSpark.start(classes);
        ScalaCells scala = scala(classes)) {
      NotebookRun run =
          new NotebookRun(
              Map.of(Cell.Kind.SCALA, scala, Cell.Kind.SQL, new SqlCells(spark)), outputs);
      outputs.take();
      int cells = notebook.cells().size();
      List<Executed> executed = run.run(notebook, done -> progress(done, cells));
      write(page, HtmlPage.of(notebook, executed, LocalSpark.versions(spark)));
    }
    terminal.println("written: " + page);
    return 0;
  }

  private void checkParameters(Notebook notebook) {
    TreeSet<String> unknown = new TreeSet<>(parameters.keySet());
    unknown.removeAll(notebook.widgets());
    if (!unknown.isEmpty()) {
      throw new NotebookException(
          notebook.name()
              + " has no widget "
              + unknown
              + " to take the parameter; it has "
              + notebook.widgets()
              + ".");
    }
  }

  private static ScalaCells scala(Path classes) {
    try {
      return new ScalaCells(classes);
    } catch (CellFailure e) {
      throw new IllegalStateException("The Scala interpreter does not start: " + e.getMessage(), e);
    }
  }

  private void progress(Executed executed, int cells) {
    Cell cell = executed.cell();
    if (cell.kind() != Cell.Kind.MARKDOWN) {
      terminal.printf(
          Locale.ROOT,
          "cell %d of %d  %-5s  line %-4d %6.1f s%n",
          cell.number(),
          cells,
          cell.kind().label(),
          cell.line(),
          executed.took().toMillis() / 1000.0);
    }
  }

  private static Path beside(Path source) {
    String name = String.valueOf(source.getFileName());
    return source.resolveSibling(name.replaceFirst("\\.[^.]*$", "") + ".html");
  }

  private static void write(Path page, String text) {
    try {
      if (page.toAbsolutePath().getParent() != null) {
        Files.createDirectories(page.toAbsolutePath().getParent());
      }
      Files.writeString(page, text);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + page, e);
    }
  }
}
