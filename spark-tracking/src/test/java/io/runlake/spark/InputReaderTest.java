package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.store.DatasetRef;
import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of the origin of real frames, without running a job. */
class InputReaderTest {
  @TempDir Path dir;
  private final SparkSession spark = TestSpark.session();

  @Test
  void filesAreNamedByFormatAndPath() {
    DatasetRef ref = only(TestSpark.occupancy("datatest.txt").filter("Light > 1").select("Light"));
    assertThat(ref.kind()).isEqualTo("csv");
    assertThat(ref.name()).endsWith("/data/occupancy/datatest.txt").startsWith("file:");
    assertThat(ref.version()).isEmpty();
    assertThat(ref.context()).contains("train");
    assertThat(ref.digest().orElseThrow()).matches("[0-9a-f]{16}");
  }

  @Test
  void severalPathsAreSeveralInputs() {
    Dataset<Row> both =
        spark
            .read()
            .schema("v string")
            .text(
                TestSpark.occupancyFile("datatest.txt").toString(),
                TestSpark.occupancyFile("datatest2.txt").toString());
    assertThat(inputs(both))
        .extracting(ref -> ref.name().substring(ref.name().lastIndexOf('/') + 1))
        .containsExactly("datatest.txt", "datatest2.txt");
  }

  @Test
  void aCachedOrTransformedFrameStillShowsItsOrigin() {
    String path = parquet("cached", 10);
    Dataset<Row> frame = spark.read().parquet(path).cache();
    assertThat(frame.count()).isEqualTo(10);
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"id"})
            .setOutputCol("features")
            .transform(frame);
    assertThat(only(assembled)).matches(ref -> ref.kind().equals("parquet"));
    assertThat(only(assembled).name()).isEqualTo("file:" + path);
    frame.unpersist();
  }

  @Test
  void aDeltaTableHasItsVersion() {
    String path = dir.resolve("delta").toString();
    delta(path, 0, 5);
    delta(path, 5, 9);
    DatasetRef newest = only(spark.read().format("delta").load(path));
    assertThat(newest.kind()).isEqualTo("delta");
    assertThat(newest.name()).isEqualTo("file:" + path);
    assertThat(newest.version()).contains("1");
    DatasetRef first = only(spark.read().format("delta").option("versionAsOf", 0).load(path));
    assertThat(first.version()).contains("0");
    assertThat(first.digest()).isNotEqualTo(newest.digest());
    assertThat(first.key()).isEqualTo("delta|file:" + path + "|0");
  }

  @Test
  void aDeltaFrameFollowsItsTableAsItsReadsDo() {
    String path = dir.resolve("moving").toString();
    delta(path, 0, 5);
    Dataset<Row> frame = spark.read().format("delta").load(path);
    Dataset<Row> pinned = spark.read().format("delta").option("versionAsOf", 0).load(path);
    assertThat(frame.count()).isEqualTo(5);
    delta(path, 5, 9);
    assertThat(frame.filter("id >= 0").count()).isEqualTo(9);
    assertThat(only(frame).version()).contains("1");
    assertThat(pinned.filter("id >= 0").count()).isEqualTo(5);
    assertThat(only(pinned).version()).contains("0");
  }

  @Test
  void aTableOfTheCatalogGoesByItsName() {
    spark.sql("CREATE OR REPLACE TABLE input_reader_delta (id BIGINT) USING delta");
    spark.sql("INSERT INTO input_reader_delta VALUES (1)");
    DatasetRef ref = only(spark.table("input_reader_delta"));
    assertThat(ref.kind()).isEqualTo("delta");
    assertThat(ref.name()).isEqualTo("spark_catalog.default.input_reader_delta");
    assertThat(ref.version()).contains("1");
    spark.sql("DROP TABLE input_reader_delta");
  }

  @Test
  void joinsViewsAndSubqueriesShowAllTheirTables() {
    parquet("left", 3);
    parquet("right", 4);
    parquet("inner", 5);
    for (String name : List.of("left", "right", "inner")) {
      spark.read().parquet(dir.resolve(name).toString()).createOrReplaceTempView("in_" + name);
    }
    Dataset<Row> joined =
        spark.sql(
            "WITH r AS (SELECT id FROM in_right) SELECT l.id, 1 AS one FROM in_left l JOIN r USING"
                + " (id) WHERE l.id IN (SELECT id FROM in_inner)");
    assertThat(inputs(joined))
        .extracting(ref -> ref.name().substring(ref.name().lastIndexOf('/') + 1))
        .containsExactlyInAnyOrder("left", "right", "inner");
  }

  @Test
  void whatHasNoOriginSaysSo() {
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(RowFactory.create(1.0)),
            new org.apache.spark.sql.types.StructType().add("x", "double"));
    assertThat(inputs(rows)).extracting(DatasetRef::kind).containsExactly("unknown");
    assertThat(inputs(spark.createDataset(List.of("a"), Encoders.STRING())))
        .extracting(DatasetRef::kind)
        .containsExactly("unknown");
    assertThat(only(spark.range(5).toDF()).name()).isEqualTo("Range");
    Dataset<Row> cut = TestSpark.occupancy("datatest.txt").limit(5).localCheckpoint();
    assertThat(only(cut).kind()).isEqualTo("unknown");
    assertThat(only(cut).name()).isEqualTo("LogicalRDD");
  }

  @Test
  void aJdbcTableIsNamedWithoutItsPassword() {
    OneTableDriver.register();
    Dataset<Row> table =
        spark
            .read()
            .format("jdbc")
            .option("url", OneTableDriver.URL + "?user=me&password=hunter2")
            .option("driver", OneTableDriver.class.getName())
            .option("dbtable", "sales.readings")
            .load();
    DatasetRef ref = only(table);
    assertThat(ref.kind()).isEqualTo("jdbc");
    assertThat(ref.name()).startsWith(OneTableDriver.URL).endsWith(" sales.readings");
    assertThat(ref.name()).doesNotContain("hunter2");
  }

  @Test
  void theSchemaIsMlflowsColspec() throws Exception {
    spark
        .range(1)
        .selectExpr(
            "id",
            "cast(id as double) a",
            "'x' cat",
            "cast(1 as int) i",
            "current_timestamp() t",
            "array(1.5f) arr",
            "named_struct('k', true) s",
            "cast(1 as decimal(10,2)) dec")
        .write()
        .parquet(dir.resolve("typed").toString());
    String schema =
        only(spark.read().parquet(dir.resolve("typed").toString())).schema().orElseThrow();
    JsonNode columns = new ObjectMapper().readTree(schema).get("mlflow_colspec");
    assertThat(columns)
        .extracting(column -> column.get("name").asText() + ":" + column.get("type").asText())
        .containsExactly(
            "id:long",
            "a:double",
            "cat:string",
            "i:integer",
            "t:datetime",
            "arr:array",
            "s:object",
            "dec:any");
    assertThat(columns.get(0).toString())
        .isEqualTo("{\"type\":\"long\",\"name\":\"id\",\"required\":true}");
    assertThat(columns.get(5).get("items").get("type").asText()).isEqualTo("float");
  }

  @Test
  void moreInputsThanARunHasRoomForAreCounted() throws IOException {
    String[] paths = new String[130];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = Files.createDirectories(dir.resolve("many-" + i)).toString();
    }
    List<DatasetRef> refs = inputs(spark.read().schema("id bigint").parquet(paths));
    assertThat(refs).hasSize(101);
    assertThat(refs.get(100).name()).isEqualTo("30 more inputs");
  }

  private String parquet(String name, long rows) {
    String path = dir.resolve(name).toString();
    spark.range(rows).repartition(1).write().parquet(path);
    return path;
  }

  private void delta(String path, long from, long to) {
    spark.range(from, to).write().format("delta").mode("append").save(path);
  }

  private DatasetRef only(Dataset<Row> data) {
    List<DatasetRef> refs = inputs(data);
    assertThat(refs).hasSize(1);
    return refs.get(0);
  }

  private List<DatasetRef> inputs(Dataset<?> data) {
    AtomicReference<List<DatasetRef>> refs = new AtomicReference<>();
    int jobs = JobCount.of(spark.sparkContext(), () -> refs.set(FactsReader.inputs(data)));
    assertThat(jobs).isZero();
    assertThat(refs.get()).allMatch(ref -> ref.schema().isPresent() || left(ref));
    return refs.get();
  }

  private static boolean left(DatasetRef ref) {
    return ref.name().endsWith("more inputs") && ref.version().equals(Optional.empty());
  }
}
