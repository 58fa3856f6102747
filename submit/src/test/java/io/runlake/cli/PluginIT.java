package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.autolog.TuningRules;
import io.runlake.store.RunStatus;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import training.TrainAll;

/**
 * The plugin in the one jar, by real spark-submit in child JVMs, beside a run of the same program
 * without it: every outermost fit is one run, and what is learned is the same to the bit.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginIT {
  private static final String JAR = System.getProperty("runlake.jar");
  private static final String DATA = Scripts.ROOT.resolve("data/occupancy/datatest.txt").toString();
  private static final String NO_ATTACH = "-XX:+DisableAttachMechanism";
  private static final int PROGRAM_FITS = 10;

  @TempDir static Path temp;
  private Path program;
  private Path logging;
  private List<String> plain;

  @BeforeAll
  void withoutThePlugin() throws Exception {
    program = temp.resolve("program.jar");
    try (OutputStream file = Files.newOutputStream(program);
        JarOutputStream jar = new JarOutputStream(file)) {
      Path classes =
          Path.of(TrainAll.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (var found = Files.list(classes.resolve("training"))) {
        for (Path type : found.toList()) {
          jar.putNextEntry(new JarEntry("training/" + type.getFileName()));
          jar.write(Files.readAllBytes(type));
          jar.closeEntry();
        }
      }
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
    plain = train("plain", "local[2]", List.of(), List.of()).learned();
    assertThat(plain)
        .hasSizeGreaterThan(PROGRAM_FITS)
        .contains("threw org.apache.spark.SparkIllegalArgumentException");
  }

  private record Trained(List<String> learned, String err) {
    List<String> complaints() {
      return Scripts.complaints(err);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "local-cluster[1,1,1024]"})
  void everyOutermostFitIsOneRun(String master) throws Exception {
    String uri = "delta:" + temp.resolve("store-" + master.replaceAll("\\W+", "-"));
    Trained trained = train("all", master, byJars(uri), List.of("users-run", uri));
    assertThat(trained.learned()).isEqualTo(plain);
    assertThat(trained.complaints()).isEmpty();

    List<Run> runs = runs(uri);
    assertThat(runs).hasSize(PROGRAM_FITS + 2);
    List<Run> failed = runs.stream().filter(r -> r.status() == RunStatus.FAILED).toList();
    assertThat(failed).singleElement().satisfies(PluginIT::saysWhatWasThrown);
    List<Run> finished = runs.stream().filter(r -> r.status() == RunStatus.FINISHED).toList();
    assertThat(finished)
        .hasSize(PROGRAM_FITS + 1)
        .allSatisfy(
            run -> {
              assertThat(run.tags()).containsKey("mlflow.log-model.history");
              assertThat(run.metrics()).containsKeys("cost.executor_seconds", "cost.jobs");
              assertThat(
                      Path.of(
                          run.info().artifactUri().replaceFirst("^file:(//)?", ""),
                          "model/MLmodel"))
                  .exists();
            });
    assertThat(
            runs.stream()
                .collect(Collectors.groupingBy(PluginIT::estimator, Collectors.counting())))
        .isEqualTo(
            Map.of(
                "LogisticRegression", 1L + 4 + 1 + 2,
                "StandardScaler", 1L,
                "KMeans", 1L,
                "Pipeline", 1L,
                "CrossValidator", 1L));
    List<Run> trials = trials(uri);
    Run search =
        runs.stream().filter(r -> estimator(r).equals("CrossValidator")).findFirst().orElseThrow();
    assertThat(trials)
        .hasSize(2)
        .allSatisfy(
            trial -> {
              assertThat(trial.parentId()).contains(search.id());
              assertThat(trial.metrics()).containsKeys("areaUnderROC", "avg_areaUnderROC");
            });
    Run users = runs.stream().filter(r -> r.metric("mine").isPresent()).findFirst().orElseThrow();
    assertThat(users.params()).containsEntry("maxIter", "6");
    assertThat(runs.stream().filter(r -> r.parentId().isPresent()))
        .singleElement()
        .satisfies(child -> assertThat(child.parentId()).contains(users.id()));
  }

  @Test
  void onTheDriversClassPathItIsTheSame() throws Exception {
    String uri = "delta:" + temp.resolve("store-class-path");
    Trained trained =
        train("class-path", "local[2]", with(uri, "--driver-class-path", JAR), List.of());
    assertThat(trained.learned()).isEqualTo(plain);
    assertThat(trained.complaints()).isEmpty();
    assertThat(runs(uri)).hasSize(PROGRAM_FITS);
  }

  @Test
  void aStoreThatCannotBeMadeIsOneWarning() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "no directory");
    Trained trained =
        train("no-store", "local[2]", byJars("delta:" + file.resolve("store")), List.of());
    assertThat(trained.learned()).isEqualTo(plain);
    assertThat(trained.complaints()).hasSize(1);
    assertThat(file).hasContent("no directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"experiments", "runs"})
  void aCorruptStoreIsOneWarning(String table) throws Exception {
    Path root = temp.resolve("corrupt-" + table);
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      runlake.startRun("train-all").endRun();
    }
    Path log = root.resolve(table).resolve("_delta_log/00000000000000000000.json");
    Files.writeString(log, "{\"no\":");
    try (var sums = Files.list(log.getParent())) {
      for (Path sum : sums.filter(f -> f.toString().endsWith(".crc")).toList()) {
        Files.delete(sum);
      }
    }
    Trained trained = train("corrupt-" + table, "local[2]", byJars("delta:" + root), List.of());
    assertThat(trained.learned()).isEqualTo(plain);
    assertThat(trained.complaints()).singleElement().asString().startsWith("WARN");
    assertThat(log).hasContent("{\"no\":");
  }

  @Test
  void whereNoAgentMayAttachPipelinesAreLoggedAndAWarningSaysTheRest() throws Exception {
    String uri = "delta:" + temp.resolve("store-no-attach");
    Trained trained = train("no-attach", "local[2]", withJvm(uri, NO_ATTACH), List.of());
    assertThat(trained.learned()).isEqualTo(plain);
    assertThat(trained.complaints()).first().asString().contains("cannot be woven", "-javaagent");
    assertThat(runs(uri))
        .singleElement()
        .satisfies(run -> assertThat(estimator(run)).isEqualTo("Pipeline"));
  }

  @Test
  void asAJavaAgentItNeedsNoAttaching() throws Exception {
    String uri = "delta:" + temp.resolve("store-agent");
    Trained trained =
        train("agent", "local[2]", withJvm(uri, NO_ATTACH + " -javaagent:" + JAR), List.of());
    assertThat(trained.learned()).isEqualTo(plain);
    assertThat(trained.complaints()).isEmpty();
    assertThat(runs(uri)).hasSize(PROGRAM_FITS);
  }

  private static void saysWhatWasThrown(Run run) {
    assertThat(run.params()).containsEntry("maxIter", "20");
    assertThat(run.info().statusMessage().orElseThrow()).contains("absent");
    assertThat(run.tags()).doesNotContainKey("mlflow.log-model.history");
  }

  private static String estimator(Run run) {
    return run.tags().getOrDefault("estimator_name", "none");
  }

  /** The runs of fits and of the user's own. */
  private static List<Run> runs(String uri) {
    return all(uri).stream().filter(run -> !run.tags().containsKey(TuningRules.INDEX)).toList();
  }

  /** The runs of the param maps of searches. */
  private static List<Run> trials(String uri) {
    return all(uri).stream().filter(run -> run.tags().containsKey(TuningRules.INDEX)).toList();
  }

  private static List<Run> all(String uri) {
    try (Runlake runlake = Runlake.open(uri)) {
      return runlake.searchRuns(RunQuery.all()).runs();
    }
  }

  private List<String> byJars(String uri) {
    return with(uri, "--jars", JAR);
  }

  private List<String> with(String uri, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(
        List.of(
            "--conf",
            "spark.plugins=io.runlake.spark.RunlakePlugin",
            "--conf",
            "spark.runlake.tracking.uri=" + uri));
    return all;
  }

  private List<String> withJvm(String uri, String jvm) {
    return with(uri, "--jars", JAR, "--driver-java-options", jvm + " " + log4j());
  }

  private String log4j() {
    return "-Dlog4j2.configurationFile=" + logging.toUri();
  }

  private Trained train(String name, String master, List<String> options, List<String> more)
      throws Exception {
    Path learned = temp.resolve(name + "-" + master.replaceAll("\\W+", "-") + ".txt");
    List<String> command =
        new ArrayList<>(List.of(Scripts.script("spark-submit").toString(), "--master", master));
    if (!options.contains("--driver-java-options")) {
      command.addAll(List.of("--driver-java-options", log4j()));
    }
    command.addAll(options);
    command.addAll(
        List.of("--class", "training.TrainAll", program.toString(), DATA, learned.toString()));
    command.addAll(more);
    Scripts.Outcome outcome = Scripts.run(temp, Map.of(), command);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    return new Trained(Files.readAllLines(learned), outcome.err());
  }
}
