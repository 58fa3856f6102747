package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunStatus;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import training.FitsAndStop;

/**
 * A store on a disk that hangs, by real spark-submit: a file that the store reads is a named pipe
 * into which nobody writes, so whoever opens it waits for ever. The application ends all the same,
 * and what it logged is in the store when the disk is well again and the file was recovered.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HangingStoreIT {
  private static final String JAR = System.getProperty("runlake.jar");

  /** The promise. */
  private static final Duration STOP = Duration.ofSeconds(20);

  /** What Spark itself takes to stop, on a machine that does other things as well. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** More than the errors after which autologging is off: storage that is silent is none. */
  private static final int FITS = 5;

  @TempDir static Path temp;
  private Path program;

  @BeforeAll
  void jar() throws Exception {
    program = temp.resolve("program.jar");
    String name = FitsAndStop.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(program);
        JarOutputStream jar = new JarOutputStream(file);
        var bytes = FitsAndStop.class.getClassLoader().getResourceAsStream(name)) {
      jar.putNextEntry(new JarEntry(name));
      bytes.transferTo(jar);
      jar.closeEntry();
    }
  }

  /** The one table is asked when the first run starts, the other when its facts are written. */
  @ParameterizedTest
  @ValueSource(strings = {"experiments", "runs"})
  void theApplicationEndsAndNothingIsLost(String table) throws Exception {
    Path root = temp.resolve("store-" + table);
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      runlake.startRun("before").endRun();
    }
    Path log = root.resolve(table).resolve("_delta_log");
    Path first = log.resolve("00000000000000000000.json");
    Path aside = temp.resolve(table + ".json");
    Files.move(first, aside);
    assertThat(new ProcessBuilder("mkfifo", first.toString()).start().waitFor()).isZero();
    try (var sums = Files.list(log)) {
      for (Path sum : sums.filter(f -> f.toString().endsWith(".crc")).toList()) {
        Files.delete(sum);
      }
    }
    Path spools = temp.resolve("spools-" + table);

    Path stopped = temp.resolve("stopped-" + table);
    Scripts.Outcome outcome = submit(root, spools, stopped);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    Duration stop = Duration.ofMillis(Long.parseLong(Files.readAllLines(stopped).get(0)));
    assertThat(stop).isLessThan(STOP.plus(SLACK));
    List<Path> files;
    try (var found = Files.list(spools)) {
      files = found.toList();
    }
    assertThat(files).hasSize(1);
    assertThat(Scripts.complaints(outcome.err()))
        .singleElement()
        .asString()
        .contains(spools.toString());

    Files.delete(first);
    Files.move(aside, first);
    Scripts.Outcome recovered =
        Scripts.run(
            temp,
            Map.of(),
            List.of(
                Scripts.script("runlake").toString(),
                "store",
                "recover",
                files.get(0).toString(),
                "--store",
                root.toString()));
    assertThat(recovered.exitCode()).as(recovered.err()).isZero();
    assertThat(recovered.out()).contains("recovered: " + FITS + " runs");
    assertThat(files.get(0)).doesNotExist();
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      List<Run> runs =
          runlake.searchRuns(RunQuery.all()).runs().stream()
              .filter(run -> run.tags().containsKey("estimator_name"))
              .toList();
      assertThat(runs).hasSize(FITS);
      assertThat(runs)
          .allSatisfy(
              run -> {
                assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
                assertThat(run.tags()).containsEntry("estimator_name", "KMeans");
                assertThat(run.metrics()).containsKey("cost.jobs");
                assertThat(run.inputs()).isNotEmpty();
              });
      assertThat(runs)
          .extracting(run -> run.params().get("k"))
          .containsExactlyInAnyOrder("2", "3", "4", "5", "6");
      assertThat(runlake.findExperiment("fits-and-stop")).isPresent();
    }
  }

  private Scripts.Outcome submit(Path root, Path spools, Path stopped) throws Exception {
    Path logging = temp.resolve("log4j2.properties");
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
    return Scripts.run(
        temp,
        Map.of(),
        List.of(
            Scripts.script("spark-submit").toString(),
            "--master",
            "local[2]",
            "--driver-java-options",
            "-Dlog4j2.configurationFile=" + logging.toUri(),
            "--jars",
            JAR,
            "--conf",
            "spark.plugins=io.runlake.spark.RunlakePlugin",
            "--conf",
            "spark.runlake.tracking.uri=delta:" + root,
            "--conf",
            "spark.runlake.spool.dir=" + spools,
            "--class",
            FitsAndStop.class.getName(),
            program.toString(),
            stopped.toString()));
  }
}
