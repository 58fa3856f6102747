package io.runlake.scoring.streaming;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.streaming.StreamWorld.Ended;
import io.runlake.scoring.streaming.StreamWorld.Query;
import io.runlake.testkit.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F18: a stream whose columns do not fit the model's signature does not start; a row that does not
 * fit is set aside; what is merely more, or in another order, is scored the same.
 */
@Tag("slow")
class StreamMisfitTest {
  @TempDir static Path folder;
  private static StreamWorld world;

  @BeforeAll
  static void register() {
    world = new StreamWorld(folder);
  }

  @Test
  void rowsThatDoNotFitAreSetAside() {
    Query query = world.query("rows");
    query.arrive(
        "{\"id\":1,\"temperature\":20.5,\"humidity\":70}",
        "{\"more\":true,\"site\":\"a\",\"humidity\":70,\"temperature\":20.5,\"id\":2}",
        "{\"id\":3,\"temperature\":20,\"humidity\":70}",
        "{\"id\":4,\"humidity\":70}",
        "{\"id\":5,\"temperature\":null,\"humidity\":70}",
        "{\"id\":6,\"temperature\":\"warm\",\"humidity\":70}",
        "{\"id\":7,\"Temperature\":20.5,\"humidity\":70}",
        "{\"id\":8,\"temperature\":[20.5],\"humidity\":70}");

    Ended ended = query.run("--input.format", "json");

    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    List<Row> scored = query.scores().select("id", "prediction").orderBy("id").collectAsList();
    assertThat(scored).extracting(row -> row.getLong(0)).containsExactly(1L, 2L, 3L);
    assertThat(Double.doubleToRawLongBits(scored.get(1).getDouble(1)))
        .isEqualTo(Double.doubleToRawLongBits(scored.get(0).getDouble(1)));
    assertThat(query.quarantine().select("source_text").collectAsList())
        .extracting(row -> row.getString(0).substring(6, 7))
        .containsExactlyInAnyOrder("4", "5", "6", "7", "8");
    assertThat(query.quarantine().select("reason").distinct().collectAsList())
        .extracting(row -> row.getString(0).split(":")[0])
        .contains("the value is null", "the record could not be parsed");
  }

  @Test
  void aTableThatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
    Dataset<Row> rows =
        TestSpark.session()
            .sql("SELECT 1L AS id, 20.5D AS temperature, 70D AS humidity, 'a' AS site");
    refused("missing", rows.drop("humidity"), "'humidity' (double) is missing");
    refused("type", rows.withColumn("humidity", lit("x")), "'humidity' is string");
    refused("case", rows.withColumnRenamed("humidity", "Humidity"), "did you mean 'Humidity'?");
  }

  private static void refused(String name, Dataset<Row> rows, String says) {
    Query query = world.query(name);
    Ended ended = table(query, rows);
    assertThat(ended.exit()).as(ended.out()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ended.err().lines()).hasSize(1);
    assertThat(ended.err()).contains(says);
    assertThat(query.output).doesNotExist();
    assertThat(query.checkpoint.resolve("offsets")).doesNotExist();
  }

  @Test
  void aTableInAnotherOrderWithMoreColumnsIsScoredTheSame() {
    Query query = world.query("order");
    Ended ended =
        table(
            query,
            TestSpark.session()
                .sql(
                    "SELECT 'x' AS extra, 70D AS humidity, 20.5D AS temperature, 'a' AS site, 1L AS id"));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().count()).isEqualTo(1);
    assertThat(query.quarantine().count()).isZero();
  }

  private static Ended table(Query query, Dataset<Row> rows) {
    rows.write().format("delta").save(query.input.toString());
    return query.run(
        "--input.format", "delta", "--input.schema", "", "--max-files-per-trigger", "1");
  }
}
