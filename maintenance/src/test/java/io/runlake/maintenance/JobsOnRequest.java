package io.runlake.maintenance;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobSession;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The jobs in a JVM of their own, with the session that they make for themselves: what file systems
 * and log stores Spark uses is settled when it starts. A line asks for a job, and its JSON and its
 * exit code come back.
 */
final class JobsOnRequest implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Path log;

  private JobsOnRequest(Process process, Path log) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
  }

  /** What a job said. */
  record Answer(String json, int exit) {}

  /**
   * Starts one.
   *
   * @param fileSystem Hadoop's settings
   * @param log takes what it says beside the answers
   */
  static JobsOnRequest start(Map<String, String> fileSystem, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("runlake.spark.module.options").split(" ")));
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            // Else many jobs fill it, which the JVM tells on standard output, among the answers.
            "-XX:ReservedCodeCacheSize=240m",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.sql.warehouse.dir=" + log.resolveSibling("warehouse")));
    fileSystem.forEach((key, value) -> command.add("-Dspark.hadoop." + key + "=" + value));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), JobsOnRequest.class.getName()));
    return new JobsOnRequest(
        new ProcessBuilder(command)
            .directory(log.getParent().toFile())
            .redirectError(new File(log.toString()))
            .start(),
        log);
  }

  /** In the JVM of its own. */
  public static void main(String[] none) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    SparkSession spark = JobSession.own().spark("jobs on request");
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      List<String> words = List.of(line.split("\t"));
      List<String> arguments = words.subList(1, words.size());
      ExitCode exit =
          words.get(0).equals("gc")
              ? GcJob.run(spark, arguments, out, System.err)
              : MaintainJob.run(spark, arguments, out, System.err);
      out.println("exit " + exit.code());
      out.flush();
    }
    spark.stop();
  }

  /** Runs {@code gc} or {@code maintain} with {@code --json}. */
  Answer run(String job, String... arguments) throws IOException {
    String line = job + "\t--json\t" + String.join("\t", arguments) + "\n";
    process.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    StringBuilder json = new StringBuilder();
    for (String answer = answers.readLine(); answer != null; answer = answers.readLine()) {
      if (answer.startsWith("exit ")) {
        return new Answer(json.toString(), Integer.parseInt(answer.substring(5)));
      }
      json.append(answer);
    }
    throw new IllegalStateException("It died:\n" + Files.readString(log));
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
