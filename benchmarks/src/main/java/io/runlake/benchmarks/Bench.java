package io.runlake.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a benchmark runs with.
 *
 * @param home the checkout, built
 * @param jar the one jar that users install
 * @param programs the jar with the programs that are measured
 * @param scratch an empty folder of this measurement, with its logs
 */
record Bench(Path home, Path jar, Path programs, Path scratch) {

  /** Says on stderr how far it is; stdout is for the result alone. */
  void say(String progress) {
    System.err.println("benchmark: " + progress);
  }

  /** A setting of a measurement from the environment, for shorter or longer runs. */
  static int setting(String variable, int fallback) {
    String value = System.getenv(variable);
    return value == null || value.isBlank() ? fallback : Integer.parseInt(value.strip());
  }

  /**
   * Runs a program by spark-submit of the embedded Spark on {@code local[2]}, with the one jar by
   * {@code --jars}.
   *
   * @param label what its log is called
   * @param conf further arguments of spark-submit
   * @return the lines that it printed to stdout
   * @throws IOException if it ends with an exit code that is not 0; the message names the log
   */
  List<String> submit(String label, List<String> conf, String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    Path out = scratch.resolve(label + ".out");
    Path log = scratch.resolve(label + ".log");
    Process process =
        submitting(conf, mainClass, arguments)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(
            mainClass + " ended with exit code " + code + "; see " + log + " and " + out + ".");
      }
    } finally {
      process.destroy();
    }
    return Files.readAllLines(out);
  }

  /** As {@link #submit}, for a program that is asked for one measurement after the other. */
  Dialogue dialogue(String label, List<String> conf, String mainClass, List<String> arguments)
      throws IOException {
    return new Dialogue(submitting(conf, mainClass, arguments), scratch.resolve(label + ".log"));
  }

  private ProcessBuilder submitting(List<String> conf, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("submit/bin/spark-submit").toString());
    command.addAll(List.of("--master", "local[2]", "--driver-memory", "2g"));
    command.addAll(List.of("--conf", "spark.ui.enabled=false", "--jars", jar.toString()));
    command.addAll(conf);
    command.addAll(List.of("--class", mainClass, programs.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(scratch.toFile());
    builder.environment().remove("SPARK_HOME");
    return builder;
  }

  /**
   * Runs a program and says how long it took, from its start to its end.
   *
   * @param label what its output is called
   * @throws IOException if it ends with an exit code that is not 0
   */
  double seconds(String label, List<String> command) throws IOException, InterruptedException {
    Path out = scratch.resolve(label + ".out");
    Path log = scratch.resolve(label + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(scratch.toFile())
            .redirectOutput(out.toFile())
            .redirectError(log.toFile());
    long began = System.nanoTime();
    int code = builder.start().waitFor();
    double took = (System.nanoTime() - began) / 1e9;
    if (code != 0) {
      throw new IOException(
          label + " ended with exit code " + code + "; see " + log + " and " + out + ".");
    }
    return took;
  }

  /**
   * The command that starts a program in a JVM of its own, on the class path of this one.
   *
   * @param heap as {@code -Xmx} takes it
   */
  static List<String> java(String heap, String mainClass, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    command.addAll(arguments);
    return command;
  }

  /**
   * Runs a program in a JVM of its own, on the class path of this one, with a heap of 1 GB.
   *
   * @param label what its log is called
   * @return the lines that it printed to stdout
   * @throws IOException if it ends with an exit code that is not 0; the message names the log
   */
  List<String> jvm(String label, String mainClass, List<String> arguments)
      throws IOException, InterruptedException {
    seconds(label, java("1g", mainClass, arguments));
    return Files.readAllLines(scratch.resolve(label + ".out"));
  }
}
