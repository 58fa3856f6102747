package io.runlake.store.delta;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes on this JVM's class path that are told by a line what to do, all at the same moment,
 * and answer with lines of which the last is {@code done}. They end with their standard input.
 */
final class Workers implements AutoCloseable {
  private static final String DONE = "done";

  private final List<Process> processes = new ArrayList<>();
  private final List<PrintStream> inputs = new ArrayList<>();
  private final List<BufferedReader> outputs = new ArrayList<>();

  /** What a worker does with a line; what it returns is said before the end. */
  interface Work {
    List<String> does(String line) throws Exception;
  }

  /** The main method of a worker. */
  static void serve(Work work) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      work.does(line).forEach(out::println);
      out.println(DONE);
      out.flush();
    }
    System.exit(0);
  }

  static Workers start(int count, Class<?> main) throws IOException {
    Workers workers = new Workers();
    for (int i = 0; i < count; i++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  main.getName())
              .directory(new File("."))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      workers.processes.add(process);
      workers.inputs.add(new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8));
      workers.outputs.add(StoreChild.output(process));
    }
    return workers;
  }

  /** Tells all the same, and returns what each has said. */
  List<List<String>> tell(String line) throws IOException {
    for (int i = 0; i < inputs.size(); i++) {
      inputs.get(i).println(line.replace("{worker}", "" + i));
    }
    List<List<String>> said = new ArrayList<>();
    for (BufferedReader output : outputs) {
      List<String> lines = new ArrayList<>();
      for (String answer = output.readLine(); !DONE.equals(answer); answer = output.readLine()) {
        if (answer == null) {
          throw new AssertionError("A worker died after '" + line + "', having said " + lines);
        }
        lines.add(answer);
      }
      said.add(lines);
    }
    return said;
  }

  @Override
  public void close() {
    processes.forEach(process -> process.toHandle().destroyForcibly());
  }
}
