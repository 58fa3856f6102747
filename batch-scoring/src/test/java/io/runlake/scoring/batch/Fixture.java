package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.DeltaLogs;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A store with two versions of a model, and one output table. */
final class Fixture {
  final String store;
  final Path output;

  Fixture(String store, Path output) {
    this.store = store;
    this.output = output;
  }

  /** Trains and registers; slow, once for a test class. */
  static String storeWithModels(Path folder) {
    String store = "delta:" + folder.resolve("store");
    try (Runlake runlake = Runlake.open(store)) {
      Occupancy.registerTwoVersions(runlake, folder);
    }
    return store;
  }

  Started score(String... more) {
    return score(Step.Listener.NONE, more);
  }

  Started score(Step.Listener steps, String... more) {
    return Started.job(arguments(more), steps);
  }

  List<String> arguments(String... more) {
    return Occupancy.arguments(
        store, output, TestSpark.occupancyFile("datatest.txt").toString(), more);
  }

  Dataset<Row> scores() {
    return TestSpark.session().read().format("delta").load(output.toString());
  }

  Dataset<Row> quarantine() {
    return TestSpark.session().read().format("delta").load(output + "_quarantine");
  }

  long version() {
    return DeltaLogs.state(TestSpark.session(), output.toString()).orElseThrow().version();
  }

  /** Checks that a night's rows are the rows of the file, each once, all by one model and run. */
  void assertNight(String job, String date, String file, int model) {
    Dataset<Row> night =
        scores().where(expr(new Night(job, java.time.LocalDate.parse(date)).predicate()));
    List<Row> expected = TestSpark.occupancy(file).select("row", "date").collectAsList();
    List<Row> found = night.select("row", "date").collectAsList();
    assertThat(found).hasSameSizeAs(expected);
    assertThat(new TreeSet<>(texts(found))).isEqualTo(new TreeSet<>(texts(expected)));
    assertThat(night.select("model_version").distinct().collectAsList())
        .extracting(row -> row.getInt(0))
        .containsExactly(model);
    assertThat(night.select("job_run_id").distinct().count()).isEqualTo(1);
  }

  /** The rows of the quarantine that belong to the scores that stand. */
  long countingQuarantine(String job, String date) {
    Night night = new Night(job, java.time.LocalDate.parse(date));
    long standing =
        DeltaLogs.transaction(TestSpark.session(), output.toString(), night.scoresTransaction());
    return quarantine()
        .where(expr(night.predicate()).and(col(RowPlan.ATTEMPT_COLUMN).equalTo(standing)))
        .count();
  }

  private static List<String> texts(List<Row> rows) {
    return rows.stream().map(Row::toString).collect(Collectors.toList());
  }
}
