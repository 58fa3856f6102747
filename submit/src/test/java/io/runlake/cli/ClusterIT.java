package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.batch.BatchScoringJob;
import io.runlake.scoring.streaming.StreamingScoringJob;
import io.runlake.testkit.HdfsCluster;
import io.runlake.testkit.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The programs on a standalone cluster of a master and two workers, with the one jar by {@code
 * --jars}, in both deploy modes; the store on a shared directory and on HDFS. What local mode
 * predicts in this JVM, the cluster must predict to the bit.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterIT {
  private static final String JAR = System.getProperty("runlake.jar");
  private static final String PROGRAM =
      Scripts.ROOT.resolve("submit/examples/target/runlake-examples.jar").toString();
  private static final String CONFIG =
      Scripts.ROOT.resolve("submit/conf/occupancy-nightly.yaml").toString();
  private static final int FILES = 40;
  private static final int ROWS_OF_A_FILE = 30;

  @TempDir static Path temp;
  private Path cluster;
  private String master;
  private Path logging;

  /** A place where store, input and output are: a shared directory, or HDFS. */
  private record Site(String name, String root) {
    String store() {
      return "delta:" + root + "/store";
    }

    String training() {
      return root + "/datatraining.txt";
    }

    String night() {
      return root + "/datatest.txt";
    }

    String arriving() {
      return root + "/arriving";
    }
  }

  private Site shared;
  private Site hdfs;

  @BeforeAll
  void startAndTrain() throws Exception {
    cluster = temp.resolve("cluster");
    var started = local("start");
    assertThat(started.exitCode()).as(started.err()).isZero();
    master = started.out().strip();
    shared = new Site("shared", Files.createDirectory(temp.resolve("shared")).toString());
    hdfs = new Site("hdfs", HdfsCluster.shared().uri() + "/cluster");
    writeInputs();
    try (FileSystem files =
        FileSystem.newInstance(
            new org.apache.hadoop.fs.Path(hdfs.root()).toUri(), new Configuration())) {
      files.copyFromLocalFile(
          new org.apache.hadoop.fs.Path(shared.root()), new org.apache.hadoop.fs.Path(hdfs.root()));
    }
    logging = temp.resolve("log4j2.properties");
    Files.writeString(
        logging,
        """
        rootLogger.level = warn
        rootLogger.appenderRef.stderr.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.target = SYSTEM_ERR
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %p %c: %m%n%ex
        """);
    for (Site site : List.of(shared, hdfs)) {
      train("client", site);
      register(site, "client");
    }
  }

  @AfterAll
  void stop() throws Exception {
    local("stop");
  }

  private void writeInputs() throws IOException {
    List<String> training =
        Files.readAllLines(TestSpark.occupancyFile("datatraining.txt")).subList(0, 1200);
    Files.write(Path.of(shared.training()), training);
    List<String> rows = Files.readAllLines(TestSpark.occupancyFile("datatest2.txt"));
    Files.createDirectory(Path.of(shared.night()));
    Files.createDirectory(Path.of(shared.arriving()));
    for (int file = 0; file < FILES; file++) {
      List<String> lines = new ArrayList<>(List.of(rows.get(0)));
      int first = 1 + file * ROWS_OF_A_FILE;
      lines.addAll(rows.subList(first, first + ROWS_OF_A_FILE));
      Files.write(Path.of(shared.night(), "part-" + file + ".csv"), lines);
      Files.write(Path.of(shared.arriving(), "part-" + file + ".csv"), lines);
    }
  }

  @Test
  void trainingLogsItselfFromADriverOnAWorkerToo() throws Exception {
    var outcome = example("train", "cluster", Map.of("EXPERIMENT", "cluster"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    for (Site site : List.of(shared, hdfs)) {
      assertLogged(site, "client");
    }
    assertLogged(shared, "cluster");
  }

  @ParameterizedTest
  @CsvSource({"cluster,shared", "client,hdfs", "cluster,hdfs"})
  void aNightIsScoredAsInLocalMode(String mode, String where) throws Exception {
    Site site = where.equals("hdfs") ? hdfs : shared;
    String output = site.root() + "/predictions-" + mode;
    var outcome = score(mode, site, output);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(predictions(output)).isEqualTo(inLocalMode(site));
  }

  @Test
  void theExamplesNightRuns() throws Exception {
    String output = shared.root() + "/predictions-example";
    var outcome = example("night", "client", Map.of("OUTPUT", output, "DATE", "2015-02-11"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(predictions(output)).isEqualTo(inLocalMode(shared));
  }

  @Test
  void aStreamIsScoredAsTheNightInLocalMode() throws Exception {
    String output = shared.root() + "/stream";
    var outcome =
        example(
            "stream",
            "client",
            Map.of("OUTPUT", output, "CHECKPOINT", shared.root() + "/progress"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(predictions(output)).isEqualTo(inLocalMode(shared));
  }

  @Test
  void aStreamIsScoredOnHdfsByADriverOnAWorker() throws Exception {
    String output = hdfs.root() + "/stream";
    var outcome =
        submit(
            "cluster",
            List.of(),
            StreamingScoringJob.class.getName(),
            JAR,
            "--config",
            Scripts.ROOT.resolve("submit/conf/occupancy-stream.yaml").toString(),
            "--store",
            hdfs.store(),
            "--input.path",
            hdfs.arriving(),
            "--output.path",
            output,
            "--checkpoint",
            hdfs.root() + "/progress");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(predictions(output)).isEqualTo(inLocalMode(hdfs));
  }

  @Test
  void aWorkerKilledDuringTheNightChangesNothing() throws Exception {
    String output = shared.root() + "/predictions-killed";
    CompletableFuture<Scripts.Outcome> night =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return score("client", shared, output);
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            });
    try {
      while (scoresWritten(output) < 2 && !endsWithin(night, 20)) {
        continue;
      }
      assertThat(night).as("the night still goes on").isNotDone();
      killWorkerAndItsExecutors();

      var outcome = night.get(5, TimeUnit.MINUTES);
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.err()).contains("Lost executor");
      assertThat(predictions(output)).isEqualTo(inLocalMode(shared));
    } finally {
      assertThat(local("start").exitCode()).isZero();
    }
  }

  @Test
  void withoutATrackingUriItIsOffWithOneWarningAndTheJobIsFine() throws Exception {
    var outcome =
        submit(
            "client",
            List.of("--conf", "spark.plugins=io.runlake.spark.RunlakePlugin"),
            "examples.TrainOccupancy",
            PROGRAM,
            shared.training());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("fitting a random forest");
    assertThat(outcome.err().lines().filter(line -> line.matches("(WARN|ERROR) io\\.runlake.*")))
        .singleElement()
        .asString()
        .contains("spark.runlake.tracking.uri");
    try (Stream<Path> left = Files.walk(temp)) {
      assertThat(left.filter(path -> path.endsWith("runlake/experiments"))).isEmpty();
    }
  }

  private static boolean endsWithin(CompletableFuture<?> future, long millis) throws Exception {
    try {
      future.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException goesOn) {
      return false;
    } catch (ExecutionException failed) {
      return true;
    }
  }

  private static long scoresWritten(String output) throws IOException {
    if (!Files.isDirectory(Path.of(output))) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(Path.of(output))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    } catch (java.io.UncheckedIOException moved) {
      return 0;
    }
  }

  /** As a machine that loses its power: nobody gets to say goodbye. */
  private void killWorkerAndItsExecutors() throws IOException {
    ProcessHandle worker =
        ProcessHandle.of(Long.parseLong(Files.readString(cluster.resolve("worker-1.pid")).strip()))
            .orElseThrow();
    List<ProcessHandle> executors = worker.descendants().toList();
    assertThat(executors).isNotEmpty();
    worker.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  private void train(String mode, Site site) throws Exception {
    var outcome =
        submit(
            mode,
            List.of(
                "--conf",
                "spark.plugins=io.runlake.spark.RunlakePlugin",
                "--conf",
                "spark.runlake.tracking.uri=" + site.store(),
                "--conf",
                "spark.runlake.experiment=" + mode),
            "examples.TrainOccupancy",
            PROGRAM,
            site.training());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(Scripts.complaints(outcome.err())).isEmpty();
  }

  private static JsonNode runs(Site site, String experiment) {
    return Answers.to(
            "runs", "search", "--experiment", experiment, "--store", site.store(), "--json")
        .json()
        .get("runs");
  }

  private static void assertLogged(Site site, String experiment) {
    JsonNode runs = runs(site, experiment);
    assertThat(runs).hasSize(2);
    List<String> estimators = new ArrayList<>();
    for (JsonNode run : runs) {
      assertThat(run.at("/info/status").textValue()).isEqualTo("FINISHED");
      assertThat(run.at("/data/metrics/cost.jobs").doubleValue()).isPositive();
      assertThat(run.at("/data/metrics/cost.executor_seconds").doubleValue()).isPositive();
      assertThat(run.at("/inputs").toString()).contains("datatraining.txt");
      estimators.add(run.at("/data/params").toString());
    }
    assertThat(estimators.toString())
        .contains("LogisticRegression.maxIter", "RandomForestClassifier.numTrees");
  }

  /** The regression, whose answers show a difference in the last bit. */
  private static void register(Site site, String experiment) {
    for (JsonNode run : runs(site, experiment)) {
      if (run.at("/data/params").toString().contains("LogisticRegression.maxIter")) {
        String id = run.at("/info/run_id").textValue();
        String store = site.store();
        assertThat(
                Answers.to(
                        "models",
                        "register",
                        "occupancy",
                        "runs:/" + id + "/model",
                        "--store",
                        store)
                    .exitCode())
            .isZero();
        assertThat(
                Answers.to("models", "set-alias", "occupancy", "champion", "1", "--store", store)
                    .exitCode())
            .isZero();
        return;
      }
    }
    throw new AssertionError("no run of a logistic regression in " + experiment);
  }

  private static List<String> night(Site site, String output) {
    return List.of(
        "--config",
        CONFIG,
        "--store",
        site.store(),
        "--input.path",
        site.night(),
        "--date",
        "2015-02-11",
        "--output.path",
        output);
  }

  private Scripts.Outcome score(String mode, Site site, String output) throws Exception {
    // A task for each file, so that there is a middle to be killed in.
    return submit(
        mode,
        List.of("--conf", "spark.sql.files.openCostInBytes=134217728"),
        BatchScoringJob.class.getName(),
        JAR,
        night(site, output).toArray(String[]::new));
  }

  private static List<String> inLocalMode(Site site) {
    String output = temp.resolve("local-" + site.name()).toString();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    ExitCode code = BatchScoringJob.run(TestSpark.session(), night(site, output), stream, stream);
    assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.DONE);
    return predictions(output);
  }

  private static List<String> predictions(String output) {
    List<String> rows =
        TestSpark.session()
            .read()
            .format("delta")
            .load(output)
            .select("row", "prediction", "probability")
            .orderBy("row")
            .collectAsList()
            .stream()
            .map(Row::toString)
            .toList();
    assertThat(rows).hasSize(FILES * ROWS_OF_A_FILE);
    return rows;
  }

  private Scripts.Outcome submit(
      String mode, List<String> options, String main, String jar, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Scripts.script("spark-submit").toString(),
                "--master",
                master,
                "--deploy-mode",
                mode,
                "--jars",
                JAR,
                "--conf",
                "spark.standalone.submit.waitAppCompletion=true",
                "--conf",
                "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
                "--driver-java-options",
                "-XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile=" + logging.toUri()));
    command.addAll(options);
    command.addAll(List.of("--class", main, jar));
    command.addAll(List.of(arguments));
    return Scripts.run(temp, Map.of(), command);
  }

  /** The submit line of the examples. */
  private Scripts.Outcome example(String what, String mode, Map<String, String> more)
      throws Exception {
    Map<String, String> environment = new HashMap<>(more);
    environment.putAll(
        Map.of(
            "MASTER", master, "DEPLOY_MODE", mode, "STORE", shared.store(), "DATA", shared.root()));
    return Scripts.run(
        temp,
        environment,
        List.of(Scripts.ROOT.resolve("submit/examples/deploy/standalone.sh").toString(), what));
  }

  private Scripts.Outcome local(String verb) throws Exception {
    return Scripts.run(
        temp,
        Map.of(),
        List.of(Scripts.script("local-cluster").toString(), verb, "--dir", cluster.toString()));
  }
}
