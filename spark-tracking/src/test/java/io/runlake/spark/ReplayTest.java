package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.testkit.TestSpark;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that a run logged are opened again, after what happens to tables and files. */
@Tag("slow")
class ReplayTest {
  @TempDir Path temp;
  private static final String ENFORCE =
      "spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration";

  private final SparkSession spark = TestSpark.session();

  @AfterEach
  void reset() {
    spark.conf().unset(ENFORCE);
  }

  @Test
  void aDeltaTableComesBackAsOfItsVersion() {
    String path = delta("t", "");
    String run = logged(spark.read().format("delta").load(path).filter("id > 2"));
    append(path);
    AtomicReference<ReplayedInput> input = new AtomicReference<>();
    int jobs = JobCount.of(spark.sparkContext(), () -> input.set(only(run)));
    assertThat(jobs).isZero();
    assertThat(input.get().problem()).isEmpty();
    assertThat(input.get().warning()).as("appends harm no version").isEmpty();
    assertThat(input.get().open().count()).isEqualTo(10);
    assertThat(spark.read().format("delta").load(path).count()).isEqualTo(20);
  }

  @Test
  void aNamedTableComesBackToo() {
    spark.sql("CREATE OR REPLACE TABLE replay_named (id BIGINT) USING delta");
    spark.sql("INSERT INTO replay_named VALUES (1), (2)");
    String run = logged(spark.table("replay_named"));
    spark.sql("DELETE FROM replay_named WHERE id = 1");
    assertThat(only(run).open().count()).isEqualTo(2);
    spark.sql("DROP TABLE replay_named");
    spark.sql("CREATE TABLE replay_named (id BIGINT) USING delta");
    spark.sql("INSERT INTO replay_named VALUES (5)");
    assertThat(only(run).problem().orElseThrow()).contains("another table stands there now");
    spark.sql("DROP TABLE replay_named");
  }

  @Test
  void aVersionThatVacuumWouldBreakIsOpenedWithAWarning() {
    String path = delta("soon", "");
    String run = logged(spark.read().format("delta").load(path));
    overwrite(path);
    assertThat(only(run).open().count()).isEqualTo(10);
    assertThat(only(run).warning().orElseThrow())
        .contains("a VACUUM from ")
        .contains("version 1")
        .contains("7 days");

    String brief =
        delta("now", "TBLPROPERTIES ('delta.deletedFileRetentionDuration' = 'interval 0 hours')");
    String atRisk = logged(spark.read().format("delta").load(brief));
    overwrite(brief);
    assertThat(only(atRisk).problem().orElseThrow())
        .as("this release of Delta refuses by age alone")
        .contains("enforceTimeTravelWithinDeletedFileRetentionDuration=false");
    spark.conf().set(ENFORCE, "false");
    ReplayedInput input = only(atRisk);
    assertThat(input.open().count()).isEqualTo(10);
    assertThat(input.warning().orElseThrow()).contains("the next VACUUM");
  }

  @Test
  void aVersionThatVacuumHasBrokenIsNotOpened() {
    String path =
        delta("gone", "TBLPROPERTIES ('delta.deletedFileRetentionDuration' = 'interval 0 hours')");
    String run = logged(spark.read().format("delta").load(path));
    overwrite(path);
    spark.conf().set(ENFORCE, "false");
    spark.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
    spark.sql("VACUUM delta.`" + path + "` RETAIN 0 HOURS");
    spark.conf().unset("spark.databricks.delta.retentionDurationCheck.enabled");
    ReplayedInput input = only(run);
    assertThat(input.data()).isEmpty();
    assertThat(input.problem().orElseThrow()).contains("VACUUM has deleted files of version 1");
    assertThatThrownBy(input::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(path)
        .hasMessageContaining("version 1");
  }

  @Test
  void filesComeBackOnlyIfTheyAreTheSame() throws Exception {
    Path csv = Files.writeString(temp.resolve("readings.csv"), "id;v\n1;a\n2;b\n");
    String run =
        logged(
            spark
                .read()
                .option("sep", ";")
                .option("header", true)
                .schema("id int, v string")
                .csv(csv.toString()));
    Dataset<Row> again = only(run).open();
    assertThat(again.schema().simpleString()).isEqualTo("struct<id:int,v:string>");
    assertThat(again.collectAsList()).containsExactly(row(1, "a"), row(2, "b"));
    Files.writeString(csv, "id;v\n1;a\n2;b\n3;c\n");
    ReplayedInput changed = only(run);
    assertThat(changed.data()).isEmpty();
    assertThat(changed.problem().orElseThrow()).contains("have changed", "1 files of 13 bytes");
    Files.delete(csv);
    assertThat(only(run).problem().orElseThrow()).contains("readings.csv");
  }

  @Test
  void whatHasNoOriginOrNoVersionsSaysSo() {
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(row(1, "a")), new StructType().add("i", "int").add("s", "string"));
    assertThat(only(logged(rows)).problem().orElseThrow()).contains("origin is not known");
    assertThatThrownBy(() -> Replay.inputs(spark, "0".repeat(32), uri()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no run");
  }

  private static Row row(int id, String value) {
    return RowFactory.create(id, value);
  }

  private String delta(String name, String properties) {
    String path = temp.resolve(name).toString();
    spark.sql("CREATE TABLE delta.`" + path + "` (id BIGINT) USING delta " + properties);
    overwrite(path);
    return path;
  }

  private void overwrite(String path) {
    spark.range(10).repartition(1).write().format("delta").mode("overwrite").save(path);
  }

  private void append(String path) {
    spark.range(10, 20).repartition(1).write().format("delta").mode("append").save(path);
  }

  private String uri() {
    return "delta:" + temp.resolve("store");
  }

  private String logged(Dataset<Row> data) {
    try (Runlake runlake = Runlake.open(uri());
        ActiveRun run = runlake.startRun("replay")) {
      FactsReader.inputs(data).forEach(run::logInput);
      run.endRun();
      return run.id().value();
    }
  }

  private ReplayedInput only(String run) {
    List<ReplayedInput> inputs = Replay.inputs(spark, run, uri());
    assertThat(inputs).hasSize(1);
    return inputs.get(0);
  }
}
