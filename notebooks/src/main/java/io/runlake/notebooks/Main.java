package io.runlake.notebooks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Executes notebooks in this JVM, one after the other, and writes them with their outputs. */
@Command(
    name = "notebooks/run",
    sortOptions = false,
    usageHelpWidth = 100,
    description = {
      "Executes notebooks cell by cell and writes them with what they showed: the source of a",
      "Databricks notebook as an HTML page, a Jupyter notebook as itself with its new outputs.",
      "A cell that fails ends it; notebooks before that one are written, it is not.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all cells passed, 1 a cell failed, 2 wrong usage or no notebook.",
      "Example: notebooks/run notebooks/occupancy.scala --out /tmp"
    })
public final class Main implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final String NAME = "{notebook}";

  private final PrintStream terminal;
  private final Outputs outputs;

  @Parameters(
      paramLabel = "SOURCE",
      arity = "1..*",
      description = "Sources of Databricks notebooks (.scala) and Jupyter notebooks (.ipynb).")
  private List<Path> sources;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where the executed notebooks go. Default: beside their sources.")
  private Path out;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUE",
      description = {
        "The value of a parameter: of a widget in Scala, of a system property in Java.",
        "{notebook} in it is the name of the notebook's file. Repeatable."
      })
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

  /** Runs notebooks and ends the JVM with its exit code. */
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
    List<Source> all = new ArrayList<>();
    for (Path path : sources) {
      Source source = Source.read(path);
      checkParameters(source.notebook());
      all.add(source);
    }
    LocalSpark.prepare();
    for (int i = 0; i < all.size(); i++) {
      Notebook notebook = all.get(i).notebook();
      Map<String, String> given = parametersOf(notebook);
      terminal.println(notebook.name());
      List<Executed> executed;
      try (Session session = Session.open(notebook, given, outputs)) {
        int cells = notebook.cells().size();
        executed = session.run(notebook, done -> progress(done, cells));
      }
      Steady steady = new Steady(places(notebook, given));
      Path folder = out == null ? sources.get(i).toAbsolutePath().getParent() : out;
      Path file = folder.resolve(all.get(i).resultName());
      write(
          file, all.get(i).result(executed.stream().map(steady::of).toList(), Session.versions()));
      terminal.println("written: " + file);
    }
    return 0;
  }

  private void checkParameters(Notebook notebook) {
    TreeSet<String> unknown = new TreeSet<>(parameters.keySet());
    unknown.removeAll(notebook.parameters().keySet());
    if (!unknown.isEmpty()) {
      throw new NotebookException(
          notebook.name()
              + " has no parameter "
              + unknown
              + "; it has "
              + notebook.parameters().keySet()
              + ".");
    }
  }

  private Map<String, String> parametersOf(Notebook notebook) {
    Map<String, String> given = new TreeMap<>(parameters);
    given.replaceAll((name, value) -> value.replace(NAME, notebook.name()));
    return given;
  }

  /** Where a parameter is a path, its default stands for it in what is kept. */
  private static Map<String, String> places(Notebook notebook, Map<String, String> given) {
    Map<String, String> places = new TreeMap<>();
    given.forEach(
        (name, value) -> {
          if (value.contains("/")) {
            places.put(value, notebook.parameters().get(name));
          }
        });
    return places;
  }

  private void progress(Executed executed, int cells) {
    Cell cell = executed.cell();
    if (cell.kind() != Cell.Kind.MARKDOWN) {
      terminal.printf(
          Locale.ROOT,
          "cell %d of %d  %-5s  %6.1f s%n",
          cell.number(),
          cells,
          cell.kind().label(),
          executed.took().toMillis() / 1000.0);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }
}
