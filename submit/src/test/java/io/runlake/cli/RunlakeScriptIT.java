package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as users start it: the script, the one jar, the class-data archive. */
class RunlakeScriptIT {
  private static final String[] SEARCH = {
    "runs",
    "search",
    "--experiment",
    "occupancy",
    "--filter",
    "metrics.accuracy > 0.9",
    "--order-by",
    "metrics.accuracy DESC",
    "--json"
  };

  @TempDir static Path temp;

  private static String store;

  @BeforeAll
  static void write() {
    store = temp.resolve("a store").toString();
    try (Runlake runlake = Runlake.open("delta:" + store);
        ActiveRun run = runlake.startRun("occupancy")) {
      run.logMetric("accuracy", 0.97);
      run.setTag("team", "Füchse");
      run.endRun();
    }
  }

  private static Scripts.Outcome run(Path script, Map<String, String> environment, String... args)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(args));
    return Scripts.run(temp, environment, command);
  }

  private static Scripts.Outcome search(Path script, Map<String, String> environment)
      throws Exception {
    List<String> args = new ArrayList<>(List.of(SEARCH));
    args.addAll(List.of("--store", store));
    return run(script, environment, args.toArray(String[]::new));
  }

  private static void assertAnswered(Scripts.Outcome outcome) throws IOException {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(outcome.out());
    assertThat(json.get("runs")).hasSize(1);
    assertThat(json.at("/runs/0/data/tags/team").textValue()).isEqualTo("Füchse");
  }

  @Test
  void anAnswerIsOneDocumentOnStdoutAndNothingElse() throws Exception {
    assertAnswered(search(Scripts.script("runlake"), Map.of()));
    assertAnswered(search(Scripts.script("runlake"), Map.of("LC_ALL", "C", "LANG", "C")));
    assertAnswered(search(Scripts.script("runlake"), Map.of("RUNLAKE_JAVA_OPTS", "-Xmx256m")));
  }

  @Test
  void aLinkToTheScriptWorks() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("rl"), Scripts.script("runlake"));
    assertAnswered(search(link, Map.of()));
  }

  /** In a moved checkout the archive fits no more; the JVM would say so on stdout. */
  @Test
  void anArchiveThatDoesNotFitChangesNothingThatIsPrinted() throws Exception {
    Path moved = temp.resolve("moved check out");
    copy(moved, "pom.xml", "submit/bin/runlake", "submit/bin/common.bash");
    copy(moved, "submit/target/cli/runlake.jsa");
    copy(moved, "submit/target/" + Path.of(System.getProperty("runlake.jar")).getFileName());
    Files.createSymbolicLink(
        moved.resolve("submit/target/cli/lib"), Scripts.ROOT.resolve("submit/target/cli/lib"));
    assertAnswered(search(moved.resolve("submit/bin/runlake"), Map.of()));
  }

  private static void copy(Path to, String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(to.resolve(name).getParent());
      Files.copy(
          Scripts.ROOT.resolve(name),
          to.resolve(name),
          java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  @Test
  void theArchiveFits() throws Exception {
    Scripts.Outcome outcome =
        search(
            Scripts.script("runlake"),
            Map.of("RUNLAKE_JAVA_OPTS", "-Xshare:on", "RUNLAKE_DEBUG", "1"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).doesNotContain("[cds]");
  }

  @Test
  void errorsLeaveStdoutEmptyAndComeWithTheirCode() throws Exception {
    Path nowhere = temp.resolve("nowhere");
    var outcome =
        run(Scripts.script("runlake"), Map.of(), "runs", "list", "--store", nowhere.toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(nowhere.toString()).doesNotContain("\tat ");
    assertThat(nowhere).doesNotExist();

    var filter =
        run(
            Scripts.script("runlake"),
            Map.of(),
            "runs",
            "search",
            "--store",
            store,
            "--filter",
            "tags.team = 'open");
    assertThat(filter.exitCode()).isEqualTo(2);
    assertThat(filter.err()).contains("position 13");
  }

  /** On the command's class path, where there is no Spark. */
  @Test
  void aConfigurationIsWrittenWithoutSpark() throws Exception {
    for (String kind : List.of("batch", "stream")) {
      Path file = temp.resolve(kind + ".yaml");
      var outcome =
          run(Scripts.script("runlake"), Map.of(), "init", "--kind", kind, file.toString());
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(file).content().contains("model:");
    }
  }

  /** A codec that unpacks itself would leave a file behind with each command. */
  @Test
  void nothingIsLeftInTheTemporaryFolder() throws Exception {
    Path empty = Files.createDirectory(temp.resolve("tmp"));
    assertAnswered(
        search(
            Scripts.script("runlake"),
            Map.of("RUNLAKE_JAVA_OPTS", "-Djava.io.tmpdir=" + empty, "TMPDIR", empty.toString())));
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void theVersionIsTheJars() throws Exception {
    assertThat(run(Scripts.script("runlake"), Map.of(), "--version").out())
        .isEqualTo(
            "runlake "
                + Path.of(System.getProperty("runlake.jar"))
                    .getFileName()
                    .toString()
                    .replaceAll("^runlake-spark-|\\.jar$", "")
                + System.lineSeparator());
  }
}
