package io.runlake.notebooks;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * Executes Java cells with JShell in this JVM, on the thread that asks. As in Java kernels of
 * Jupyter the value of a cell's last expression is shown, and {@code display} is there.
 */
final class JavaCells implements CellRunner, AutoCloseable {
  private static final Set<SubKind> SHOWN =
      EnumSet.of(
          SubKind.VAR_VALUE_SUBKIND,
          SubKind.OTHER_EXPRESSION_SUBKIND,
          SubKind.TEMP_VAR_EXPRESSION_SUBKIND);

  private final InThisThread control = new InThisThread();
  private final JShell shell;

  /** Starts a shell whose code sees the class path of this JVM. */
  JavaCells() {
    shell =
        JShell.builder()
            .executionEngine(control.provider(), Map.of())
            .compilerOptions("-classpath", System.getProperty("java.class.path"))
            .build();
    shell.eval("import static " + Kernel.class.getName() + ".display;");
  }

  @Override
  public void run(Cell cell, Outputs outputs) throws CellFailure {
    String rest = cell.text().stripLeading();
    String value = "";
    while (!rest.isEmpty()) {
      int begin = cell.text().length() - rest.length();
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      Completeness completeness = next.completeness();
      if (completeness == Completeness.EMPTY) {
        break;
      }
      if (completeness == Completeness.DEFINITELY_INCOMPLETE
          || completeness == Completeness.CONSIDERED_INCOMPLETE) {
        throw new CellFailure(
            line(cell, begin), "The code ends too early: a bracket or quote is open.", null);
      }
      boolean whole = completeness.isComplete();
      value = evaluate(cell, begin, whole ? next.source() : rest);
      rest = whole ? next.remaining().stripLeading() : "";
    }
    if (!value.isEmpty()) {
      outputs.add(new Output.Value(value));
    }
  }

  /** Evaluates one snippet; what it is worth as text, empty if nothing is to be shown. */
  private String evaluate(Cell cell, int begin, String source) throws CellFailure {
    String value = "";
    for (SnippetEvent event : shell.eval(source)) {
      if (event.causeSnippet() != null) {
        continue;
      }
      Snippet snippet = event.snippet();
      int at = Math.max(begin, cell.text().indexOf(snippet.source().strip(), begin));
      if (event.exception() != null) {
        throw thrown(cell, at, event);
      }
      if (event.status() == Status.REJECTED) {
        throw rejected(cell, at, snippet);
      }
      if (event.status() != Status.VALID) {
        throw unresolved(cell, at, snippet);
      }
      if (SHOWN.contains(snippet.subKind()) && event.value() != null) {
        value = event.value();
      }
    }
    return value;
  }

  private CellFailure rejected(Cell cell, int at, Snippet snippet) {
    List<Diag> errors = shell.diagnostics(snippet).filter(Diag::isError).toList();
    int position = errors.isEmpty() ? 0 : (int) errors.get(0).getStartPosition();
    return new CellFailure(
        line(cell, at + Math.max(0, position)),
        errors.stream().map(error -> error.getMessage(null)).collect(Collectors.joining("\n")),
        null);
  }

  private CellFailure unresolved(Cell cell, int at, Snippet snippet) {
    String missing =
        snippet instanceof DeclarationSnippet declaration
            ? shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "))
            : snippet.source();
    return new CellFailure(line(cell, at), "cannot find: " + missing, null);
  }

  /** JShell tells the lines of a snippet by its id as the name of the file. */
  private CellFailure thrown(Cell cell, int at, SnippetEvent event) {
    int line =
        Arrays.stream(event.exception().getStackTrace())
            .filter(frame -> ("#" + event.snippet().id()).equals(frame.getFileName()))
            .mapToInt(StackTraceElement::getLineNumber)
            .findFirst()
            .orElse(1);
    Throwable error = control.takeThrown().orElse(event.exception());
    return new CellFailure(line(cell, at) + line - 1, InThisThread.told(error), error);
  }

  /** The line, from 1, of a place in a cell. */
  private static int line(Cell cell, int place) {
    String before = cell.text().substring(0, Math.min(place, cell.text().length()));
    return 1 + (int) before.chars().filter(letter -> letter == '\n').count();
  }

  @Override
  public void close() {
    shell.close();
  }
}
