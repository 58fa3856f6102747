package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that names the Spark lines in use. Homes of other lines are assembled by night. */
class SparkLineScriptIT {
  @TempDir Path folder;

  @Test
  void theLinesItNamesAreThoseTheJarIsLinkedAgainst() throws Exception {
    Scripts.Outcome listed = run("--list");
    assertThat(listed.exitCode()).as(listed.err()).isZero();
    List<String> lines = listed.out().lines().toList();
    assertThat(lines).hasSize(4).doesNotHaveDuplicates();
    assertThat(lines.subList(1, lines.size()))
        .allSatisfy(
            line ->
                assertThat(Scripts.ROOT.resolve("submit/lines/target").resolve(line))
                    .isDirectoryContaining("glob:**/spark-core_*.jar"));
  }

  @Test
  void theFirstLineIsTheEmbeddedSpark() throws Exception {
    String first = run("--list").out().lines().findFirst().orElseThrow();
    Scripts.Outcome home = run(first);
    assertThat(home.exitCode()).as(home.err()).isZero();
    assertThat(Path.of(home.out().strip()))
        .isEqualTo(Scripts.ROOT.resolve("submit/embedded-spark/target/spark"))
        .isDirectoryContaining("glob:**/RELEASE");
  }

  @Test
  void anotherNameIsRefusedWithTheLinesThatThereAre() throws Exception {
    for (String wrong : List.of("3.5.3", "2.12", "", "delta-spark_2.13 3.3.2")) {
      Scripts.Outcome refused = run(wrong);
      assertThat(refused.exitCode()).as("'%s'", wrong).isEqualTo(2);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err()).contains("no line is called '" + wrong + "'", "3.5.3_2.12");
    }
  }

  private Scripts.Outcome run(String argument) throws Exception {
    return Scripts.run(
        folder, Map.of(), List.of(Scripts.script("spark-line").toString(), argument));
  }
}
