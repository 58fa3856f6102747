package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.inputs.InputProfile;
import io.runlake.store.DatasetRef;
import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import thirdparty.MeanEstimator;

/** What is said of the origin of real frames, without running a job. */
@Tag("slow")
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
  void filesTellTheirNumberSizeAndAge() throws IOException {
    String path = dir.resolve("sized").toString();
    spark.range(100).repartition(3).write().parquet(path);
    InputProfile profile = InputProfile.of(only(spark.read().parquet(path)));
    long bytes = 0;
    long newest = 0;
    try (Stream<Path> files = Files.list(Path.of(path))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".parquet")).toList()) {
        bytes += Files.size(file);
        newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
      }
    }
    assertThat(profile.files()).hasValue(3);
    assertThat(profile.bytes()).hasValue(bytes);
    assertThat(profile.timestamp()).contains(Instant.ofEpochMilli(newest));
  }

  @Test
  void aDeltaVersionHasItsCommitsTimeAndItsTablesId() throws Exception {
    String path = dir.resolve("timed").toString();
    delta(path, 0, 5);
    delta(path, 5, 9);
    for (int version = 0; version < 2; version++) {
      Dataset<Row> frame = spark.read().format("delta").option("versionAsOf", version).load(path);
      InputProfile profile = InputProfile.of(only(frame));
      Path commit = dir.resolve("timed/_delta_log/0000000000000000000" + version + ".json");
      assertThat(profile.timestamp())
          .contains(Instant.ofEpochMilli(Files.getLastModifiedTime(commit).toMillis()));
      JsonNode id = new ObjectMapper().readTree(metadata(path));
      assertThat(profile.tableId()).contains(id.at("/metaData/id").asText());
    }
    InputProfile newest = InputProfile.of(only(spark.read().format("delta").load(path)));
    long files = spark.read().format("delta").load(path).inputFiles().length;
    assertThat(files).isGreaterThan(1);
    assertThat(newest.files()).hasValue(files);
    assertThat(newest.bytes().orElseThrow()).isPositive();
  }

  private String metadata(String path) throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of(path, "_delta_log/00000000000000000000.json"))) {
      return lines.filter(line -> line.contains("metaData")).findFirst().orElseThrow();
    }
  }

  @Test
  void rowsAreToldWhereTheCatalogKnowsThem() {
    spark.sql("CREATE TABLE input_reader_counted USING parquet AS SELECT id FROM range(7)");
    assertThat(InputProfile.of(only(spark.table("input_reader_counted"))).rows()).isEmpty();
    spark.sql("ANALYZE TABLE input_reader_counted COMPUTE STATISTICS");
    InputProfile profile = InputProfile.of(only(spark.table("input_reader_counted")));
    assertThat(profile.rows()).hasValue(7);
    assertThat(profile.location().orElseThrow()).endsWith("/input_reader_counted");
    spark.sql("DROP TABLE input_reader_counted");
  }

  @Test
  void onlyTheColumnsThatReachTheFitCount() {
    wide("w");
    Dataset<Row> frame =
        spark
            .read()
            .parquet(dir.resolve("w").toString())
            .filter("f > 3")
            .withColumn("sum", functions.expr("a + b"))
            .withColumn("unused", functions.expr("c * 2"));
    assertThat(columns(frame)).containsExactly("a", "b", "c", "d", "e", "f", "k");
    assertThat(columns(frame.select("sum"))).containsExactly("a", "b", "f");
    VectorAssembler assembler =
        new VectorAssembler().setInputCols(new String[] {"sum", "d"}).setOutputCol("v");
    LinearRegression regression =
        new LinearRegression().setFeaturesCol("v").setLabelCol("e").setWeightCol("k");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {assembler, regression});
    assertThat(columns(frame, pipeline)).containsExactly("a", "b", "d", "e", "f", "k");
    assertThat(columns(assembler.transform(frame), regression))
        .containsExactly("a", "b", "d", "e", "f", "k");
    assertThat(columns(frame, new MeanEstimator("theirs", regression)))
        .as("what somebody else's estimator reads is not known")
        .containsExactly("a", "b", "c", "d", "e", "f", "k");
  }

  @Test
  void columnsAreToldThroughJoinsUnionsGroupsViewsAndCommonTables() {
    wide("l");
    wide("r");
    for (String name : List.of("l", "r")) {
      spark.read().parquet(dir.resolve(name).toString()).createOrReplaceTempView("cols_" + name);
    }
    Dataset<Row> joined =
        spark.sql(
            "WITH s AS (SELECT k, a AS x, b AS y FROM cols_r WHERE f > 0)"
                + " SELECT l.a, s.x, l.c FROM cols_l l JOIN s ON l.k = s.k");
    assertThat(columns(joined.select("a", "x"), "l")).containsExactly("a", "k");
    assertThat(columns(joined.select("a", "x"), "r")).containsExactly("a", "f", "k");
    Dataset<Row> united =
        spark.sql("SELECT a AS p, b AS q FROM cols_l UNION ALL SELECT c, d FROM cols_r");
    assertThat(columns(united.select("q"), "l")).containsExactly("b");
    assertThat(columns(united.select("q"), "r")).containsExactly("d");
    Dataset<Row> grouped =
        spark.sql("SELECT k, max(a) AS m, sum(b) AS s FROM cols_l GROUP BY k, c");
    assertThat(columns(grouped.select("m"), "l")).containsExactly("a", "c", "k");
    Dataset<Row> same = spark.table("cols_l").select("a").union(spark.table("cols_l").select("b"));
    assertThat(columns(same, "l")).containsExactlyInAnyOrder("a", "b");
    Dataset<Row> inner =
        spark.sql("SELECT a FROM cols_l l WHERE EXISTS (SELECT 1 FROM cols_r r WHERE r.d = l.e)");
    assertThat(columns(inner, "l")).containsExactly("a", "e");
    assertThat(columns(inner, "r")).contains("d");
  }

  @Test
  void aMicroBatchIsNamedByItsQueryAndNumber() throws Exception {
    parquet("stream", 4);
    List<DatasetRef> seen = Collections.synchronizedList(new ArrayList<>());
    StreamingQuery query =
        spark
            .readStream()
            .schema("id bigint")
            .parquet(dir.resolve("stream").toString())
            .writeStream()
            .trigger(Trigger.AvailableNow())
            .foreachBatch(
                (Dataset<Row> batch, Long id) -> {
                  seen.addAll(FactsReader.inputs(batch));
                })
            .start();
    query.awaitTermination();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).kind()).isEqualTo("stream");
    assertThat(seen.get(0).name()).isEqualTo(query.id().toString());
    assertThat(seen.get(0).version()).contains("0");
    assertThat(InputProfile.of(seen.get(0)).location().orElseThrow())
        .contains(dir.resolve("stream").toString());
  }

  private void wide(String name) {
    spark
        .range(10)
        .selectExpr("id AS a", "id AS b", "id AS c", "id AS d", "id AS e", "id AS f", "id AS k")
        .write()
        .parquet(dir.resolve(name).toString());
  }

  private List<String> columns(Dataset<Row> data) {
    return InputProfile.of(only(data)).columns().orElseThrow();
  }

  private List<String> columns(Dataset<Row> data, Estimator<?> estimator) {
    List<DatasetRef> refs = FactsReader.inputs(data, FactsReader.estimator(estimator));
    assertThat(refs).hasSize(1);
    return InputProfile.of(refs.get(0)).columns().orElseThrow();
  }

  private List<String> columns(Dataset<Row> data, String source) {
    return inputs(data).stream()
        .filter(ref -> ref.name().endsWith("/" + source))
        .map(ref -> InputProfile.of(ref).columns().orElseThrow())
        .findFirst()
        .orElseThrow();
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
