package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.tracking.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fits that MLflow was recorded with, done here: each param, tag, metric, artifact, input and
 * child run of a recording is there under its name, or the difference is written down with its
 * reason. Numbers are not compared: the data of the recordings is not known.
 */
@Tag("slow")
class MlflowParityTest {
  private static final String OF_MLFLOW_3 = "3.5.1/";
  @TempDir static Path temp;
  private static final Map<String, Run> RUNS = new HashMap<>();
  private static final Map<String, List<Run>> CHILDREN = new HashMap<>();
  private static List<WrittenDifferences.Row> written;

  @BeforeAll
  static void fitAll() throws IOException {
    written = WrittenDifferences.read();
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    Autolog.enable(fixture.spark);
    MlflowScenarios scenarios = new MlflowScenarios(fixture, temp.resolve("data"));
    Set<String> known = new LinkedHashSet<>();
    scenarios
        .all()
        .forEach(
            (name, fit) -> {
              fit.run();
              fixture.runs().stream()
                  .filter(run -> known.add(run.id().value()))
                  .forEach(run -> keep(name, run));
            });
    assertThat(RUNS).hasSize(8);
  }

  /** A scenario is one run with its children; runs beside it would be a fault of their own. */
  private static void keep(String scenario, Run run) {
    if (run.parentId().isPresent()) {
      CHILDREN.merge(scenario, List.of(run), MlflowParityTest::both);
    } else {
      assertThat(RUNS.put(scenario, run)).as("runs of %s beside its own", scenario).isNull();
    }
  }

  private static List<Run> both(List<Run> first, List<Run> second) {
    List<Run> all = new java.util.ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @AfterAll
  static void close() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
    RUNS.clear();
    CHILDREN.clear();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bare-lr",
        "pipeline",
        "rf-pipeline",
        "kmeans-pipeline",
        "crossvalidator",
        "tvs",
        "pipeline-in-run",
        "pipeline-input-example",
        "3.5.1/bare-lr",
        "3.5.1/pipeline",
        "3.5.1/crossvalidator"
      })
  void whatMlflowLoggedIsThereOrItsAbsenceIsExplained(String recording) {
    assertThat(Recording.read(recording + ".json").size()).isGreaterThan(30);
    String scenario = scenario(recording);
    assertThat(differences(recording))
        .filteredOn(
            difference ->
                written.stream().noneMatch(row -> row.isAbout(scenario) && row.covers(difference)))
        .as("what is missing here and not explained in %s", WrittenDifferences.PAGE)
        .isEmpty();
  }

  @Test
  void theListHoldsNothingThatNoLongerDiffers() {
    Map<String, Set<String>> all = new TreeMap<>();
    for (String scenario : RUNS.keySet()) {
      all.put(scenario, differences(scenario));
    }
    assertThat(written).isNotEmpty();
    for (WrittenDifferences.Row row : written) {
      for (String scenario : row.scenarios()) {
        assertThat(
                all.entrySet().stream()
                    .filter(entry -> scenario.equals("all") || entry.getKey().equals(scenario))
                    .flatMap(entry -> entry.getValue().stream())
                    .anyMatch(row::covers))
            .as(
                "'%s' of %s is there now, or was never recorded: take it off %s",
                row.line(), scenario, WrittenDifferences.PAGE)
            .isTrue();
      }
    }
  }

  @Test
  void aLostFactIsSeen() {
    Run whole = RUNS.get("bare-lr");
    TreeMap<String, String> fewer = new TreeMap<>(whole.params());
    fewer.remove("maxIter");
    fewer.put("tol", "0.1");
    Run poorer = new Run(whole.info(), fewer, whole.metrics(), whole.tags(), whole.inputs());
    assertThat(Recording.read("bare-lr.json").differences(poorer, List.of()))
        .contains("param maxIter", "param value tol");
  }

  private static Set<String> differences(String recording) {
    String scenario = scenario(recording);
    return Recording.read(recording + ".json")
        .differences(RUNS.get(scenario), CHILDREN.getOrDefault(scenario, List.of()));
  }

  private static String scenario(String recording) {
    return recording.startsWith(OF_MLFLOW_3)
        ? recording.substring(OF_MLFLOW_3.length())
        : recording;
  }
}
