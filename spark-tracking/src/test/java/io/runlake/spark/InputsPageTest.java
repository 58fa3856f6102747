package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunId;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SQL of the page on inputs and cost is run on what fits have logged. */
@Tag("slow")
class InputsPageTest {
  private static final String PAGE = "docs/autologging-inputs.md";
  @TempDir Path temp;

  @AfterEach
  void close() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
  }

  @Test
  void theSqlFindsTheDataAndRanksTheCost() throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    Autolog.enable(fixture.spark);
    String table = temp.resolve("readings").toString();
    fixture.features.write().format("delta").save(table);
    RunId first = fit(fixture, table, 1);
    fixture.features.write().format("delta").mode("append").save(table);
    RunId second = fit(fixture, table, 60);
    List<Run> runs = fixture.runs();
    assertThat(runs).hasSize(2);
    RunlakeViews.register(fixture.spark, fixture.uri);

    List<Row> read = fixture.spark.sql(statements().get(0)).collectAsList();
    assertThat(read).hasSize(2);
    assertThat(read)
        .extracting(row -> row.getString(0))
        .containsExactly(first.value(), second.value());
    assertThat(read).extracting(row -> row.getString(3)).containsExactly("0", "1");
    assertThat(read).allSatisfy(row -> assertThat(row.isNullAt(4)).isFalse());
    assertThat(read.get(0).getString(5)).contains("Occupancy", "features").doesNotContain("Humid");

    List<Row> ranked = fixture.spark.sql(statements().get(1)).collectAsList();
    List<String> byPrice =
        runs.stream()
            .sorted(Comparator.comparing(run -> run.metric("cost.cpu_seconds").orElseThrow()))
            .map(Run::name)
            .toList();
    assertThat(ranked).extracting(row -> row.<String>getAs("run_name")).isEqualTo(byPrice);
    assertThat(ranked.get(0).<Double>getAs("score_per_cpu_second"))
        .isGreaterThan(ranked.get(1).<Double>getAs("score_per_cpu_second"));
  }

  @Test
  void theMetricsOfThePageAreThoseOfARun() throws IOException {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    Autolog.enable(fixture.spark);
    AutologFixture.regression().fit(fixture.features);
    Set<String> logged =
        fixture.onlyRun().metrics().keySet().stream()
            .filter(key -> key.startsWith("cost."))
            .collect(Collectors.toSet());
    Set<String> told = found("`(cost\\.[a-z_]+)`").stream().collect(Collectors.toSet());
    assertThat(told).hasSizeGreaterThan(8).isEqualTo(logged);
  }

  /** A fit, to which somebody adds its score. */
  private static RunId fit(AutologFixture fixture, String table, int iterations) {
    Dataset<Row> data = fixture.spark.read().format("delta").load(table);
    RunId id =
        Autolog.runOf(AutologFixture.regression().setMaxIter(iterations).setTol(0).fit(data))
            .orElseThrow();
    AutologFixture.settle();
    try (Runlake runlake = Runlake.open(fixture.uri);
        RunEditor edit = runlake.edit(id)) {
      edit.logMetric("accuracy", 0.9);
    }
    return id;
  }

  private static List<String> statements() throws IOException {
    List<String> statements = found("(?ms)^```sql\\n(.*?);\\s*^```$");
    assertThat(statements).hasSize(2);
    return statements;
  }

  private static List<String> found(String pattern) throws IOException {
    String page = Files.readString(TestSpark.projectRoot().resolve(PAGE));
    Matcher matcher = Pattern.compile(pattern).matcher(page);
    List<String> all = new ArrayList<>();
    while (matcher.find()) {
      all.add(matcher.group(1));
    }
    return all;
  }
}
