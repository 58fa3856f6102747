package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F18: input that does not fit the model's signature is refused before anything is written, or its
 * rows are set aside; what is merely more, or in another order, is scored the same.
 */
@Tag("slow")
class ModelMisfitTest {
  private static final int ROWS = 40;

  @TempDir static Path folder;
  private static String store;
  private static Map<Integer, Double> expected;

  @BeforeAll
  static void scoreTheInputAsItIs() {
    store = Fixture.storeWithModels(folder);
    expected = predictions(score("as it is", input()));
    assertThat(expected).hasSize(ROWS);
    assertThat(expected.values()).contains(0.0, 1.0);
  }

  private static Dataset<Row> input() {
    return TestSpark.occupancy("datatest.txt").where("row % 60 = 0").limit(ROWS).coalesce(1);
  }

  private static Fixture score(String name, Dataset<Row> rows, String... more) {
    Fixture fixture = new Fixture(store, folder.resolve("scores of " + name));
    Started started = fixture.score(delta(name, rows, more));
    assertThat(started.err()).isEmpty();
    assertThat(started.exit().code()).isZero();
    return fixture;
  }

  private static String[] delta(String name, Dataset<Row> rows, String... more) {
    String table = folder.resolve("input " + name).toString();
    rows.write().format("delta").save(table);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--input.format",
                "delta",
                "--input.path",
                table,
                "--input.schema",
                "",
                "--input.options.header",
                "",
                "--columns",
                "row"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static Map<Integer, Double> predictions(Fixture fixture) {
    Map<Integer, Double> predictions = new TreeMap<>();
    for (Row row : fixture.scores().select("row", "prediction").collectAsList()) {
      predictions.put(row.getInt(0), row.getDouble(1));
    }
    return predictions;
  }

  private static void refused(String name, Dataset<Row> rows, String... says) throws IOException {
    refused(name, delta(name, rows), says);
  }

  private static void refused(String name, String[] arguments, String... says) throws IOException {
    Fixture fixture = new Fixture(store, folder.resolve("scores of " + name));
    List<String> before = files();
    Started started = fixture.score(arguments);
    assertThat(started.exit().code()).as(started.err()).isEqualTo(2);
    assertThat(started.errors()).hasSize(1);
    assertThat(started.err()).contains(says);
    assertThat(files()).isEqualTo(before);
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void aMissingColumnIsRefused() throws IOException {
    refused("missing", input().drop("CO2"), "'CO2' (double) is missing");
  }

  @Test
  void aWrongTypeIsRefused() throws IOException {
    for (String type : List.of("string", "boolean", "binary")) {
      Column column = type.equals("boolean") ? lit(true) : lit("1.5").cast(type);
      refused("type " + type, input().withColumn("Light", column), "'Light' is " + type);
    }
  }

  @Test
  void anotherCaseIsRefusedWithTheNearestName() throws IOException {
    refused(
        "case",
        input().withColumnRenamed("Light", "LIGHT"),
        "'Light' (double) is missing",
        "did you mean 'LIGHT'?");
  }

  @Test
  void anotherOrderAndMoreColumnsAreScoredTheSame() {
    Dataset<Row> reversed =
        input()
            .select("HumidityRatio", "CO2", "Light", "Humidity", "Temperature", "Occupancy", "row")
            .withColumn("extra", lit("x"))
            .withColumn("Light2", lit(-1.0));
    assertThat(predictions(score("reversed", reversed))).isEqualTo(expected);
  }

  @Test
  void aNarrowerTypeIsScoredTheSame() {
    Dataset<Row> ints = input().withColumn("CO2", col("CO2").cast("int").cast("double"));
    Map<Integer, Double> asDoubles = predictions(score("whole doubles", ints));
    Dataset<Row> narrow = ints.withColumn("CO2", col("CO2").cast("int"));
    assertThat(predictions(score("ints", narrow))).isEqualTo(asDoubles);
  }

  /** An int with null: the row is set aside, its neighbours are scored. */
  @Test
  void nullsAreSetAside() {
    Column half = when(col("row").mod(120).equalTo(0), lit(null));
    Dataset<Row> nulls = input().withColumn("CO2", half.otherwise(col("CO2")).cast("int"));
    long bad = nulls.where("CO2 IS NULL").count();
    assertThat(bad).isPositive();
    Fixture fixture = score("nulls", nulls, "--error-budget", "1.0");
    assertThat(predictions(fixture)).hasSize(ROWS - (int) bad);
    List<Row> quarantined = fixture.quarantine().select("column", "reason", "row").collectAsList();
    assertThat(quarantined).hasSize((int) bad);
    assertThat(quarantined)
        .allSatisfy(row -> assertThat(row.getString(0)).isEqualTo("CO2"))
        .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo("the value is null"));
  }

  /** Spark reads CSV by position, whatever the header says. */
  @Test
  void aHeaderInAnotherOrderThanTheSchemaIsRefused() throws IOException {
    String reordered = "row,Humidity,Temperature,Light,CO2,HumidityRatio\n1,27.2,23.1,4,7,0.1\n";
    Path csv = Files.writeString(folder.resolve("reordered.csv"), reordered);
    refused(
        "header",
        csv(csv),
        "Column 2 of ",
        "reordered.csv is called 'Humidity' and is 'Temperature' in input.schema");

    Path both = Files.createDirectory(folder.resolve("both"));
    Files.writeString(
        both.resolve("1.csv"),
        "row,temperature,Humidity,Light,CO2,HumidityRatio\n2,23.1,27.2,4,7,0.1\n");
    Files.writeString(both.resolve("2.csv"), reordered);
    Fixture fixture = new Fixture(store, folder.resolve("scores of both"));
    Started started = fixture.score(csv(both));
    assertThat(started.exit().code()).as(started.err()).isEqualTo(1);
    assertThat(started.errors()).hasSize(1);
    assertThat(started.err()).contains("CSV header does not conform to the schema", "2.csv");
    assertThat(fixture.output.resolve("_delta_log")).doesNotExist();

    assertThat(fixture.score(csv(both, "--input.options.enforceSchema", "true")).exit().code())
        .isZero();
    assertThat(fixture.scores().count()).isEqualTo(2);
  }

  private static String[] csv(Path path, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--input.path",
                path.toString(),
                "--columns",
                "row",
                "--input.schema",
                "row int, Temperature double, Humidity double, Light double, CO2 double,"
                    + " HumidityRatio double"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }
}
