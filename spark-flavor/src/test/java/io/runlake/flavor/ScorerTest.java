package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.flavor.ModelException.Kind;
import io.runlake.testkit.TestSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.NaiveBayes;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.feature.Bucketizer;
import org.apache.spark.ml.feature.FeatureHasher;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.RFormula;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.feature.VectorIndexer;
import org.apache.spark.ml.feature.VectorSizeHint;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scorer splits off exactly the rows that the model itself fails on or drops: each row is also
 * given to the bare model, alone.
 */
@Tag("slow")
class ScorerTest {
  private static final StructType SCHEMA =
      StructType.fromDDL("id int, a double, b double, cat string, text string, label double");

  private static Dataset<Row> training() {
    return frame(
        row(1, 1.0, 2.0, "x", "red green", 0.0),
        row(2, 2.0, 1.0, "y", "green blue", 1.0),
        row(3, 3.0, 0.0, "z", "blue", 0.0),
        row(4, 4.0, 1.0, "x", "red", 1.0),
        row(5, 5.0, 2.0, "y", "red blue", 1.0));
  }

  private static Dataset<Row> nasty() {
    return frame(
        row(1, 1.5, 1.0, "x", "red", 0.0),
        row(2, null, 1.0, "x", "red", 0.0),
        row(3, Double.NaN, 1.0, "x", "red", 0.0),
        row(4, Double.POSITIVE_INFINITY, 1.0, "x", "red", 0.0),
        row(5, 1.0, null, "x", "red", 0.0),
        row(6, 1.0, 1.0, null, "red", 0.0),
        row(7, 1.0, 1.0, "never seen", "red", 0.0),
        row(8, 1.0, 1.0, "y", null, 0.0),
        row(9, 1.0, 7.0, "z", "red", null),
        row(10, -3.0, Double.NaN, "z", "", 7.0),
        row(11, 4.5, 2.0, "y", "blue", 1.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "skip", "keep"})
  void categoriesThroughTheAssembler(String handle) {
    PipelineModel model =
        fit(
            new StringIndexer().setInputCol("cat").setOutputCol("i").setHandleInvalid(handle),
            new OneHotEncoder().setInputCol("i").setOutputCol("v"),
            assembler("error", "a", "b", "v"),
            new LogisticRegression().setFeaturesCol("f").setMaxIter(3));
    List<Row> quarantined = check(model, nasty());

    assertThat(quarantined).hasSize(handle.equals("keep") ? 4 : 6);
    assertThat(quarantined.get(0).getString(0)).isEqualTo("VectorAssembler");
    assertThat(quarantined.get(0).getString(1)).isEqualTo("a");
    assertThat(quarantined.get(0).getString(2)).isEqualTo("the value is null");
    assertThat(quarantined.get(0).getString(3))
        .isEqualTo("{\"id\":2,\"a\":null,\"b\":1.0,\"cat\":\"x\",\"text\":\"red\",\"label\":0.0}");
    if (!handle.equals("keep")) {
      assertThat(quarantined)
          .anySatisfy(
              row -> {
                assertThat(row.getString(0)).isEqualTo("StringIndexer");
                assertThat(row.getString(1)).isEqualTo("cat");
                assertThat(row.getString(2))
                    .isEqualTo("the label 'never seen' was not seen in training");
              });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "skip"})
  void nullAndNanAtTheAssembler(String handle) {
    assertThat(
            check(
                fit(assembler(handle, "a", "b"), new LinearRegression().setFeaturesCol("f")),
                nasty()))
        .hasSize(4);
  }

  @Test
  void anAssemblerThatKeepsTakesEverything() {
    assertThat(
            check(
                fit(assembler("keep", "a", "b"), new LinearRegression().setFeaturesCol("f")),
                nasty()))
        .isEmpty();
  }

  @Test
  void anImputerTakesNullAndNan() {
    assertThat(
            check(
                fit(
                    new Imputer()
                        .setInputCols(new String[] {"a", "b"})
                        .setOutputCols(new String[] {"a2", "b2"}),
                    assembler("error", "a2", "b2"),
                    new LinearRegression().setFeaturesCol("f")),
                nasty()))
        .isEmpty();
  }

  @Test
  void anImputerOfAnotherMissingValueLetsNanThrough() {
    Imputer imputer =
        new Imputer()
            .setInputCols(new String[] {"a", "b"})
            .setOutputCols(new String[] {"a2", "b2"})
            .setMissingValue(-1);
    assertThat(
            check(
                fit(
                    imputer,
                    assembler("error", "a2", "b2"),
                    new LinearRegression().setFeaturesCol("f")),
                nasty()))
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "skip", "keep"})
  void bucketsHaveEnds(String handle) {
    Bucketizer bucketizer =
        new Bucketizer()
            .setInputCols(new String[] {"a", "b"})
            .setOutputCols(new String[] {"a2", "b2"})
            .setSplitsArray(
                new double[][] {{0, 2, 5}, {Double.NEGATIVE_INFINITY, 1, Double.POSITIVE_INFINITY}})
            .setHandleInvalid(handle);
    PipelineModel model =
        fit(bucketizer, assembler("error", "a2", "b2"), new LinearRegression().setFeaturesCol("f"));

    assertThat(check(model, nasty())).hasSize(handle.equals("keep") ? 4 : 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "skip", "keep"})
  void categoriesInVectorsAreCheckedBehindTheAssembler(String handle) {
    PipelineModel model =
        fit(
            assembler("error", "a", "b"),
            new VectorIndexer()
                .setInputCol("f")
                .setOutputCol("g")
                .setMaxCategories(4)
                .setHandleInvalid(handle),
            new LinearRegression().setFeaturesCol("g"));
    List<Row> quarantined = check(model, nasty());

    assertThat(quarantined).hasSize(handle.equals("keep") ? 4 : 5);
    if (!handle.equals("keep")) {
      assertThat(quarantined)
          .anySatisfy(
              row -> {
                assertThat(row.getString(0)).isEqualTo("VectorIndexer");
                assertThat(row.getString(2)).contains("7.0 at index 1 was not seen");
                assertThat(row.getString(3)).contains("\"id\":9,");
              });
    }
  }

  @Test
  void severalRulesOnOneMadeColumnDoNotFailOnWhatWasSplitOffBefore() {
    PipelineModel model =
        fit(
            assembler("error", "a", "b"),
            new VectorSizeHint().setInputCol("f").setSize(2),
            new VectorIndexer().setInputCol("f").setOutputCol("g").setMaxCategories(4),
            assembler("error", "g").setOutputCol("h"),
            new NaiveBayes().setFeaturesCol("h"));
    assertThat(check(model, nasty())).hasSize(5);
  }

  @Test
  void rawIndexesAreBoundedByTheEncoder() {
    PipelineModel model =
        fit(
            new OneHotEncoder().setInputCol("b").setOutputCol("v"),
            assembler("error", "a", "v"),
            new LinearRegression().setFeaturesCol("f"));
    assertThat(check(model, nasty())).hasSize(5);
  }

  @Test
  void wordsMayNotBeNull() {
    PipelineModel model =
        fit(
            new Tokenizer().setInputCol("text").setOutputCol("words"),
            new HashingTF().setInputCol("words").setOutputCol("f").setNumFeatures(16),
            new LogisticRegression().setFeaturesCol("f").setMaxIter(3));
    assertThat(check(model, nasty())).hasSize(1);
  }

  @Test
  void aHasherTakesEverything() {
    PipelineModel model =
        fit(
            new FeatureHasher()
                .setInputCols(new String[] {"a", "cat"})
                .setOutputCol("f")
                .setNumFeatures(16),
            new LogisticRegression().setFeaturesCol("f").setMaxIter(3));
    assertThat(check(model, nasty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"multinomial", "bernoulli", "gaussian"})
  void bayesCounts(String type) {
    PipelineModel model =
        fit(
            training().withColumn("a", functions.expr("a % 2")).drop("b"),
            assembler("error", "a"),
            new NaiveBayes().setFeaturesCol("f").setModelType(type));
    int nulls = 2;
    assertThat(check(model, nasty()))
        .hasSize(nulls + (type.equals("multinomial") ? 1 : type.equals("bernoulli") ? 4 : 0));
  }

  @Test
  void formulasAreTakenApart() {
    PipelineModel model =
        fit(
            new RFormula().setFormula("label ~ a + cat").setFeaturesCol("f"),
            new LogisticRegression().setFeaturesCol("f").setMaxIter(3));
    assertThat(check(model, nasty().drop("label"))).hasSize(4);
  }

  @Test
  void aLabelThatTheModelIndexesIsNotLookedAt() {
    PipelineModel model =
        fit(
            new StringIndexer().setInputCol("cat").setOutputCol("target"),
            assembler("error", "a", "b"),
            new LogisticRegression().setFeaturesCol("f").setLabelCol("target").setMaxIter(3));
    assertThat(check(model, nasty().drop("cat"))).hasSize(4);
    LoadedModel loaded = loaded(model, Optional.empty());
    assertThat(new Scorer(loaded, ScorerOptions.defaults()).score(nasty()).scored().count())
        .isEqualTo(7);
  }

  @Test
  void whatSqlMakesIsCheckedWhereItIsMade() {
    PipelineModel model =
        fit(
            new SQLTransformer().setStatement("SELECT *, coalesce(a, 0.0) + b AS c FROM __THIS__"),
            assembler("error", "c"),
            new StandardScaler().setInputCol("f").setOutputCol("g"),
            new KMeans().setFeaturesCol("g").setK(2).setSeed(1));
    List<Row> quarantined = check(model, nasty());

    assertThat(quarantined).hasSize(3);
    assertThat(quarantined).allSatisfy(row -> assertThat(row.getString(1)).isEqualTo("c"));
  }

  @Test
  void vectorsHaveASize() {
    StructType schema =
        new StructType()
            .add("id", "int")
            .add("f", SQLDataTypes.VectorType())
            .add("label", "double");
    Dataset<Row> vectors =
        TestSpark.session()
            .createDataFrame(
                List.of(
                    RowFactory.create(1, Vectors.dense(1, 2), 0.0),
                    RowFactory.create(2, Vectors.dense(3, 1), 1.0),
                    RowFactory.create(3, Vectors.dense(2, 2), 1.0)),
                schema);
    Dataset<Row> input =
        TestSpark.session()
            .createDataFrame(
                List.of(
                    RowFactory.create(1, Vectors.dense(1, 2), 0.0),
                    RowFactory.create(2, Vectors.dense(3), 1.0),
                    RowFactory.create(3, null, 1.0),
                    RowFactory.create(4, Vectors.sparse(2, new int[] {1}, new double[] {1}), 1.0)),
                schema);
    assertThat(
            check(fit(vectors, new LogisticRegression().setFeaturesCol("f").setMaxIter(3)), input))
        .hasSize(2);
    assertThat(
            check(
                fit(
                    vectors,
                    new VectorSizeHint().setInputCol("f").setSize(2),
                    new LogisticRegression().setFeaturesCol("f").setMaxIter(3)),
                input))
        .hasSize(2);
  }

  @Test
  void anEmptyInputIsScoredToNothing() {
    PipelineModel model =
        fit(assembler("error", "a", "b"), new LinearRegression().setFeaturesCol("f"));
    assertThat(check(model, nasty().limit(0))).isEmpty();
  }

  @Test
  void aStrangersColumnsMayBeNeitherNullNorNan() {
    PipelineModel model =
        new PipelineModel("p", new ArrayList<>(List.of(new Doubling("d").setColumns("a", "c"))));
    Scored scored =
        new Scorer(loaded(model, Optional.empty()), ScorerOptions.defaults()).score(nasty());

    assertThat(scored.scored().count()).isEqualTo(9);
    assertThat(scored.quarantined().select("stage", "column").distinct().collectAsList())
        .containsExactly(RowFactory.create("Doubling", "a"));
  }

  @Test
  void aRecommenderThatDropsRowsIsRefused() {
    Dataset<Row> ratings =
        TestSpark.session().sql("SELECT 1 AS user, 2 AS item, 1.0f AS rating, 1.0 AS label");
    PipelineModel dropping = fit(ratings, new ALS().setColdStartStrategy("drop").setRank(1));
    assertThatThrownBy(
            () -> new Scorer(loaded(dropping, Optional.empty()), ScorerOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPATIBLE));

    PipelineModel keeping = fit(ratings, new ALS().setColdStartStrategy("nan").setRank(1));
    Dataset<Row> input =
        TestSpark.session()
            .sql(
                "SELECT * FROM VALUES (1, 1.0D, 2.0D), (2, 1.5D, 2.0D), (3, 1.0D, NULL), (4, 1e12D, 2.0D)"
                    + " AS t(id, user, item)");
    assertThat(check(keeping, input)).hasSize(3);
  }

  @Test
  void theRealTelemetryIsScoredWhole() {
    Dataset<Row> train =
        TestSpark.occupancy("datatraining.txt").withColumnRenamed("Occupancy", "label");
    PipelineModel model =
        fit(
            train,
            assembler("error", "Temperature", "Humidity", "Light", "CO2", "HumidityRatio"),
            new LogisticRegression().setFeaturesCol("f").setMaxIter(20));
    LoadedModel loaded = loaded(model, Optional.of(Signature.infer(train.schema(), model)));
    Scored scored =
        new Scorer(loaded, ScorerOptions.defaults())
            .score(TestSpark.occupancy("datatest.txt"), List.of("row", "date", "Occupancy"));

    assertThat(scored.scored().columns())
        .containsExactly("row", "date", "Occupancy", "prediction", "probability");
    assertThat(scored.scored().count()).isEqualTo(2665);
    assertThat(scored.quarantined().count()).isZero();
    assertThat(scored.scored().filter("prediction = Occupancy").count())
        .isGreaterThan((long) (0.95 * 2665));
  }

  private static VectorAssembler assembler(String handle, String... columns) {
    return new VectorAssembler().setInputCols(columns).setOutputCol("f").setHandleInvalid(handle);
  }

  private static PipelineModel fit(PipelineStage... stages) {
    return fit(training(), stages);
  }

  private static PipelineModel fit(Dataset<Row> data, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(data);
  }

  private static LoadedModel loaded(PipelineModel model, Optional<Signature> signature) {
    Map<String, Object> descriptor = new TreeMap<>();
    descriptor.put("flavors", Map.of("spark", Map.of("model_data", "sparkml")));
    signature.ifPresent(value -> descriptor.put("signature", SignatureJson.entries(value)));
    return new LoadedModel(
        model, "memory", MlModel.parse(SafeYaml.write(descriptor), "memory"), "0");
  }

  /** Scores with and without a signature, and compares each row with what the bare model does. */
  private static List<Row> check(PipelineModel model, Dataset<Row> input) {
    List<Row> rows = input.orderBy("id").collectAsList();
    Map<Integer, Object> alone = new TreeMap<>();
    for (Row row : rows) {
      alone(model, TestSpark.session().createDataFrame(List.of(row), input.schema()))
          .ifPresent(prediction -> alone.put(row.getInt(0), prediction));
    }
    List<Row> quarantined = check(loaded(model, Optional.empty()), input, rows, alone);
    Signature signature = Signature.infer(input.schema(), model);
    assertThat(check(loaded(model, Optional.of(signature)), input, rows, alone))
        .isEqualTo(quarantined);
    return quarantined;
  }

  private static List<Row> check(
      LoadedModel loaded, Dataset<Row> input, List<Row> rows, Map<Integer, Object> alone) {
    Scored result = new Scorer(loaded, ScorerOptions.defaults()).score(input);
    assertThat(result.quarantined().columns()).containsExactly("stage", "column", "reason", "row");
    Map<Integer, Object> scored = new TreeMap<>();
    for (Row row : result.scored().select("id", "prediction").collectAsList()) {
      assertThat(scored.put(row.getInt(0), row.get(1))).isNull();
    }
    List<Row> quarantined =
        result
            .quarantined()
            .orderBy(functions.get_json_object(functions.col("row"), "$.id").cast("int"))
            .collectAsList();

    assertThat(scored).isEqualTo(alone);
    assertThat(scored.size() + quarantined.size()).isEqualTo(rows.size());
    return quarantined;
  }

  /** The prediction of the bare model for one row, or empty when it fails or drops the row. */
  private static Optional<Object> alone(PipelineModel model, Dataset<Row> one) {
    try {
      List<Row> rows = model.transform(one).select("prediction").collectAsList();
      return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0).get(0));
    } catch (Exception refused) {
      return Optional.empty();
    }
  }

  private static Row row(Object... values) {
    return RowFactory.create(values);
  }

  private static Dataset<Row> frame(Row... rows) {
    return TestSpark.session().createDataFrame(List.of(rows), SCHEMA);
  }
}
