package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.flavor.ModelException.Kind;
import io.runlake.testkit.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How inputs are bound to a signature, and what the results look like. */
class ScorerInputTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final LoadedModel MODEL = model("a", "b");

  @TempDir Path temp;

  @Test
  void safeCastsAreMadeAndNoOthers() {
    assertThat(scored("SELECT 1 AS a, 2.5F AS b").getDouble(2)).isNotNaN();
    assertThat(scored("SELECT 1S AS a, 2.5BD AS b").schema().fieldNames())
        .containsExactly("a", "b", "prediction", "probability");
    assertThat(scored("SELECT 7L AS a, 1D AS b").getLong(0)).isEqualTo(7);
    misfit("SELECT '1' AS a, 1D AS b")
        .hasMessageContaining("'a' is string, which is not safely double");
    misfit("SELECT true AS a, 1D AS b").hasMessageContaining("'a' is boolean");
    misfit("SELECT DATE'2020-01-01' AS a, 1D AS b").hasMessageContaining("'a' is date");
  }

  @Test
  void aLongThatIsNoDoubleIsSplitOff() {
    List<Row> bad =
        score("SELECT 9007199254740993L AS a, 1D AS b", ScorerOptions.defaults())
            .quarantined()
            .collectAsList();
    assertThat(bad).hasSize(1);
    assertThat(bad.get(0).getString(0)).isEqualTo("signature");
    assertThat(bad.get(0).getString(2))
        .isEqualTo("the value '9007199254740993' is too large to be a double without a loss");
  }

  @Test
  void textsAreParsedOnlyWhenAsked() {
    Scored result =
        score(
            "SELECT * FROM VALUES ('1.5', 1D), (' 2 ', 1D), ('x1', 1D), (NULL, 1D), ('NaN', 1D) AS t(a, b)",
            ScorerOptions.defaults().withParseStrings(true));

    assertThat(result.scored().collectAsList()).hasSize(2);
    assertThat(
            result
                .quarantined()
                .orderBy("reason")
                .select("stage", "column", "reason")
                .collectAsList())
        .containsExactly(
            RowFactory.create("signature", "a", "the value 'x1' is no double"),
            RowFactory.create("VectorAssembler", "a", "the value is NaN"),
            RowFactory.create("VectorAssembler", "a", "the value is null"));
  }

  @Test
  void everyMisfitIsToldBeforeDataIsRead() {
    misfit("SELECT raise_error('read') AS A, '1' AS b")
        .hasMessageContaining("'a' (double) is missing; did you mean 'A'?")
        .hasMessageContaining("'b' is string")
        .hasMessageContaining("The input has [A ");
  }

  @Test
  void withoutASignatureTheModelIsAsked() {
    LoadedModel unsigned = loaded(MODEL.model(), Optional.empty());
    assertThatThrownBy(
            () -> new Scorer(unsigned, ScorerOptions.defaults()).score(SPARK.sql("SELECT 1D AS a")))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SIGNATURE))
        .hasMessageContaining("it lacks [b]")
        .hasMessageContaining("it has [a]");
  }

  @Test
  void aColumnThatIsCalledLikeAResultIsRefused() {
    misfit("SELECT 1D AS a, 1D AS b, 0 AS prediction")
        .hasMessageContaining("already has a column 'prediction'");
    misfit("SELECT 1D AS a, 1D AS b, 0 AS probability").hasMessageContaining("'probability'");
  }

  @Test
  void passThroughIsWhatWasAskedInThatOrder() {
    Dataset<Row> input = SPARK.sql("SELECT 1 AS id, 1D AS a, 1D AS b, 'x' AS features, 2 AS label");
    Scorer scorer = new Scorer(MODEL, ScorerOptions.defaults());

    assertThat(scorer.score(input, List.of("label", "id")).scored().columns())
        .containsExactly("label", "id", "prediction", "probability");
    assertThat(scorer.score(input).scored().columns())
        .containsExactly("id", "a", "b", "features", "label", "prediction", "probability");
    assertThat(scorer.score(input, List.of()).scored().first().size()).isEqualTo(2);
    assertThatThrownBy(() -> scorer.score(input, List.of("lable")))
        .hasMessageContaining("did you mean 'label'?");
  }

  @Test
  void vectorsLeaveAsArraysAndMoreMayBeAsked() {
    Dataset<Row> scored =
        score(
                "SELECT 1D AS a, 1D AS b",
                ScorerOptions.defaults().withGenerated(List.of("rawPrediction", "features")))
            .scored();

    assertThat(scored.schema().simpleString())
        .isEqualTo(
            "struct<a:double,b:double,prediction:double,probability:array<double>,"
                + "rawPrediction:array<double>,features:array<double>>");
    assertThat(scored.first().<Double>getList(5)).containsExactly(1.0, 1.0);
    assertThatThrownBy(
            () ->
                score(
                    "SELECT 1D AS a, 1D AS b",
                    ScorerOptions.defaults().withGenerated(List.of("leaf"))))
        .hasMessageContaining("makes no column 'leaf'");
  }

  @Test
  void oddColumnNamesWork() {
    LoadedModel odd = model("room temp é", "b");
    Dataset<Row> input =
        SPARK
            .sql("SELECT 1D AS x, CAST(NULL AS double) AS y, 'p' AS z UNION ALL SELECT 2D, 3D, 'q'")
            .toDF("room temp é", "b", "a.b `c`");
    Scored result = new Scorer(odd, ScorerOptions.defaults()).score(input);

    assertThat(result.scored().columns())
        .containsExactly("room temp é", "b", "a.b `c`", "prediction", "probability");
    assertThat(result.scored().collectAsList()).hasSize(1);
    assertThat(result.scored().first().getString(2)).isEqualTo("q");
    assertThat(result.quarantined().first().getString(3))
        .isEqualTo("{\"room temp é\":1.0,\"b\":null,\"a.b `c`\":\"p\"}");
  }

  @Test
  void linesThatTheReaderCouldNotParseAreSplitOff() throws Exception {
    Path csv = temp.resolve("in.csv");
    Files.writeString(csv, "id,a,b\n1,1.0,2.0\n2,oops,2.0\nnope,1.0,1.0\n4,,2.0\n5,1.0,2.0,6\n");
    Dataset<Row> input =
        SPARK
            .read()
            .option("header", true)
            .option("mode", "PERMISSIVE")
            .schema("id int, a double, b double, _corrupt_record string")
            .csv(csv.toString());
    Scorer scorer =
        new Scorer(MODEL, ScorerOptions.defaults().withCorruptColumn("_corrupt_record"));
    for (List<String> pass : List.of(List.of("id"), List.<String>of())) {
      Scored result = scorer.score(input, pass);

      assertThat(result.scored().collectAsList()).hasSize(1);
      List<Row> bad = result.quarantined().orderBy("row").collectAsList();
      assertThat(bad).hasSize(4);
      assertThat(bad)
          .extracting(row -> row.getString(0))
          .containsExactlyInAnyOrder("parse", "parse", "parse", "VectorAssembler");
      assertThat(bad).anySatisfy(row -> assertThat(row.getString(2)).endsWith("2,oops,2.0"));
    }
    assertThat(scorer.score(input).scored().columns())
        .containsExactly("id", "a", "b", "prediction", "probability");
  }

  @Test
  void arraysStandForVectors() {
    Dataset<Row> vectors =
        MODEL.model().stages()[0].transform(Samples.input("2.17.0")).select("features", "label");
    PipelineModel onVectors =
        new Pipeline()
            .setStages(new PipelineStage[] {new LogisticRegression().setMaxIter(2)})
            .fit(vectors);
    LoadedModel loaded =
        loaded(onVectors, Optional.of(Signature.infer(vectors.schema(), onVectors)));
    Scored result =
        new Scorer(loaded, ScorerOptions.defaults())
            .score(
                SPARK.sql(
                    "SELECT * FROM VALUES (1, array(1D, 2D)), (2, NULL), (3, array(1D)),"
                        + " (4, array(1D, NULL)) AS t(id, features)"));

    assertThat(result.scored().select("id").collectAsList()).containsExactly(RowFactory.create(1));
    assertThat(result.quarantined().select("stage").distinct().collectAsList())
        .containsExactlyInAnyOrder(
            RowFactory.create("signature"), RowFactory.create("LogisticRegression"));
    assertThat(result.quarantined().count()).isEqualTo(3);
  }

  @Test
  void microBatchesAreScoredAlike() throws Exception {
    Path in = Files.createDirectory(temp.resolve("in"));
    Files.writeString(in.resolve("1.json"), "{\"id\":1,\"a\":1,\"b\":2}\n{\"id\":2,\"b\":2}\n");
    Files.writeString(in.resolve("2.json"), "{\"id\":3,\"a\":1,\"b\":2}\n{\"id\":4,oops\n");
    Scorer scorer =
        new Scorer(MODEL, ScorerOptions.defaults().withCorruptColumn("_corrupt_record"));
    List<Row> scored = new java.util.concurrent.CopyOnWriteArrayList<>();
    List<Row> quarantined = new java.util.concurrent.CopyOnWriteArrayList<>();
    SPARK
        .readStream()
        .schema("id int, a double, b double, _corrupt_record string")
        .option("maxFilesPerTrigger", "1")
        .json(in.toString())
        .writeStream()
        .trigger(org.apache.spark.sql.streaming.Trigger.AvailableNow())
        .option("checkpointLocation", temp.resolve("checkpoint").toString())
        .foreachBatch(
            (org.apache.spark.api.java.function.VoidFunction2<Dataset<Row>, Long>)
                (batch, id) -> {
                  Scored result = scorer.score(batch, List.of("id"));
                  scored.addAll(result.scored().select("id", "prediction").collectAsList());
                  quarantined.addAll(result.quarantined().collectAsList());
                })
        .start()
        .awaitTermination();

    assertThat(scored).extracting(row -> row.getInt(0)).containsExactlyInAnyOrder(1, 3);
    assertThat(quarantined)
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("VectorAssembler", "parse");
  }

  @Test
  void hundredsOfColumnsAreNotTooManyRules() {
    String[] names = new String[300];
    StringBuilder sql = new StringBuilder("SELECT 1.0D AS label");
    for (int i = 0; i < names.length; i++) {
      names[i] = "c" + i;
      sql.append(", ").append(i).append("D AS c").append(i);
    }
    Dataset<Row> wide = SPARK.sql(sql.toString());
    PipelineModel model =
        new PipelineModel(
            "p",
            List.of(new VectorAssembler().setInputCols(names).setOutputCol("prediction_input")));
    Scored result =
        new Scorer(loaded(model, Optional.empty()), ScorerOptions.defaults())
            .score(
                wide.union(wide.withColumn("c7", functions.lit(null).cast("double"))), List.of());

    assertThat(result.scored().count()).isEqualTo(1);
    assertThat(result.quarantined().first().getString(1)).isEqualTo("c7");
  }

  @Test
  void vectorsInsideAnAssemblerAreSizedByTheModel() {
    Dataset<Row> training =
        MODEL
            .model()
            .stages()[0]
            .transform(Samples.input("2.17.0"))
            .withColumnRenamed("features", "v")
            .select("v", "y", "label");
    PipelineModel assembled =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(new String[] {"v", "y"})
                      .setOutputCol("features"),
                  new LogisticRegression().setMaxIter(2)
                })
            .fit(training);
    LoadedModel loaded =
        loaded(assembled, Optional.of(Signature.infer(training.schema(), assembled)));
    Scorer scorer = new Scorer(loaded, ScorerOptions.defaults());
    Scored result =
        scorer.score(
            SPARK.sql(
                "SELECT * FROM VALUES (1, array(1D, 2D), 1D), (2, array(1D), 1D), (3, NULL, 1D)"
                    + " AS t(id, v, y)"));

    assertThat(result.scored().select("id").collectAsList()).containsExactly(RowFactory.create(1));
    assertThat(result.quarantined().orderBy("reason").select("stage", "reason").collectAsList())
        .containsExactly(
            RowFactory.create("VectorAssembler", "the value is null"),
            RowFactory.create("LogisticRegression", "the vector has 2 values, not 3"));
    assertThatThrownBy(
            () -> scorer.score(SPARK.sql("SELECT array(1D, 2D) AS v, 1D AS y WHERE false")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("VectorSizeHint");
  }

  @Test
  void theHashFollowsTheCheckAndTheSignature() {
    String hash = new Scorer(MODEL, ScorerOptions.defaults()).checkHash();

    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(new Scorer(model("a", "b"), ScorerOptions.defaults()).checkHash()).isEqualTo(hash);
    assertThat(new Scorer(model("a", "c"), ScorerOptions.defaults()).checkHash())
        .isNotEqualTo(hash);
    assertThat(new Scorer(MODEL, ScorerOptions.defaults().withParseStrings(true)).checkHash())
        .isNotEqualTo(hash);
    assertThat(hashOfLabels("x", "y")).isEqualTo(hashOfLabels("y", "x"));
    assertThat(hashOfLabels("x", "y")).isNotEqualTo(hashOfLabels("x", "z"));
  }

  @Test
  void scoringItselfRunsNoJobAndCachesNothing() {
    Dataset<Row> input = SPARK.sql("SELECT raise_error('read') AS x, 1D AS a, 1D AS b");
    assertThat(new Scorer(MODEL, ScorerOptions.defaults()).score(input).scored().columns())
        .hasSize(5);
    assertThat(SPARK.sharedState().cacheManager().isEmpty()).isTrue();
  }

  private static String hashOfLabels(String... labels) {
    Dataset<Row> data =
        SPARK.createDataset(List.of(labels), org.apache.spark.sql.Encoders.STRING()).toDF("c");
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer("s").setInputCol("c").setOutputCol("i"),
                  new VectorAssembler("v").setInputCols(new String[] {"i"}).setOutputCol("f")
                })
            .fit(data);
    return new Scorer(loaded(model, Optional.empty()), ScorerOptions.defaults()).checkHash();
  }

  private static Row scored(String sql) {
    return score(sql, ScorerOptions.defaults()).scored().first();
  }

  private static Scored score(String sql, ScorerOptions options) {
    return new Scorer(MODEL, options).score(SPARK.sql(sql));
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> misfit(
      String sql) {
    return assertThatThrownBy(() -> score(sql, ScorerOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SIGNATURE));
  }

  private static LoadedModel model(String first, String second) {
    Dataset<Row> training =
        Samples.input("2.17.0").withColumnRenamed("a", first).withColumnRenamed("b", second);
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(new String[] {first, second})
                      .setOutputCol("features"),
                  new LogisticRegression().setMaxIter(2)
                })
            .fit(training);
    return loaded(model, Optional.of(Signature.infer(training.schema(), model)));
  }

  private static LoadedModel loaded(PipelineModel model, Optional<Signature> signature) {
    Map<String, Object> descriptor = new TreeMap<>();
    descriptor.put("flavors", Map.of("spark", Map.of("model_data", "sparkml")));
    signature.ifPresent(value -> descriptor.put("signature", SignatureJson.entries(value)));
    return new LoadedModel(
        model, "memory", MlModel.parse(SafeYaml.write(descriptor), "memory"), "0");
  }
}
