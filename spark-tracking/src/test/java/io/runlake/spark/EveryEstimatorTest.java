package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sort_array;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.flavor.LoadedModel;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.FMClassifier;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.classification.NaiveBayes;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.clustering.BisectingKMeans;
import org.apache.spark.ml.clustering.GaussianMixture;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.LDA;
import org.apache.spark.ml.feature.CountVectorizer;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.feature.Word2Vec;
import org.apache.spark.ml.fpm.FPGrowth;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.regression.AFTSurvivalRegression;
import org.apache.spark.ml.regression.GeneralizedLinearRegression;
import org.apache.spark.ml.regression.IsotonicRegression;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Estimators of every family of MLlib, among them those whose models MLflow does not log: each fit
 * is a run, bare and as the last stage of a pipeline, and its model comes back from the run and
 * predicts the same.
 */
@Tag("slow")
class EveryEstimatorTest {
  @TempDir static Path temp;
  private static AutologFixture fixture;
  private static Dataset<Row> data;
  private static Dataset<Row> features;
  private static Runlake runlake;
  private static final AtomicInteger FITS = new AtomicInteger();
  private static final ExecutorService BESIDE = Executors.newSingleThreadExecutor();

  @BeforeAll
  static void enable() {
    fixture = new AutologFixture(temp.resolve("store"));
    Autolog.enable(fixture.spark);
    runlake = Runlake.open(fixture.uri);
    fixture
        .spark
        .range(60)
        .repartition(1)
        .selectExpr(
            "id",
            "CAST(id % 7 AS DOUBLE) AS a",
            "CAST(id % 5 + id % 2 * 4 AS DOUBLE) AS b",
            "CAST(id % 3 AS DOUBLE) AS c",
            "CAST(id % 2 AS DOUBLE) AS label",
            "1.0 + id % 7 + 0.5 * (id % 5) AS y",
            "CAST(id % 4 > 0 AS DOUBLE) AS censor",
            "concat('k', id % 4) AS cat",
            "array(concat('w', id % 3), concat('x', id % 4)) AS words",
            "CAST(id % 6 AS INT) AS user",
            "CAST(id % 10 AS INT) AS item",
            "CAST(1 + id % 5 AS FLOAT) AS rating")
        .write()
        .parquet(temp.resolve("data").toString());
    data = fixture.spark.read().parquet(temp.resolve("data").toString()).cache();
    features = assembler().transform(data).cache();
  }

  private static VectorAssembler assembler() {
    return new VectorAssembler()
        .setInputCols(new String[] {"a", "b", "c"})
        .setOutputCol("features");
  }

  @AfterAll
  static void close() {
    BESIDE.shutdown();
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(FITS.get()).isGreaterThanOrEqualTo(2 * 20);
    assertThat(runlake.countRuns(RunQuery.all())).as("each fit is one run").isEqualTo(FITS.get());
    runlake.close();
    features.unpersist();
    data.unpersist();
  }

  static Stream<Arguments> all() {
    return Stream.of(
            new LogisticRegression().setMaxIter(3),
            new RandomForestClassifier().setNumTrees(3).setSeed(1),
            new GBTClassifier().setMaxIter(2).setSeed(1),
            new LinearSVC().setMaxIter(3),
            new NaiveBayes(),
            new MultilayerPerceptronClassifier().setLayers(new int[] {3, 4, 2}).setMaxIter(3),
            new FMClassifier().setMaxIter(3).setSeed(1),
            new OneVsRest().setClassifier(new LogisticRegression().setMaxIter(2)),
            new LinearRegression().setLabelCol("y").setMaxIter(3),
            new GeneralizedLinearRegression().setLabelCol("y").setMaxIter(3),
            new IsotonicRegression().setLabelCol("y"),
            new AFTSurvivalRegression().setLabelCol("y").setCensorCol("censor").setMaxIter(3),
            new KMeans().setK(2).setSeed(1),
            new BisectingKMeans().setK(2).setSeed(1),
            new GaussianMixture().setK(2).setSeed(1).setMaxIter(3),
            new LDA().setK(2).setSeed(1).setMaxIter(3),
            new ALS()
                .setNumBlocks(1)
                .setUserCol("user")
                .setItemCol("item")
                .setRatingCol("rating")
                .setMaxIter(2),
            new StringIndexer().setInputCol("cat").setOutputCol("out"),
            new PCA().setK(2).setInputCol("features").setOutputCol("out"),
            new CountVectorizer().setInputCol("words").setOutputCol("out"),
            new Word2Vec().setInputCol("words").setOutputCol("out").setMinCount(0).setVectorSize(3),
            new FPGrowth().setItemsCol("words").setMinSupport(0.1))
        .map(estimator -> Arguments.of(estimator.getClass().getSimpleName(), estimator));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void isLoggedBareAndInAPipeline(String name, Estimator<?> estimator) throws Exception {
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {assembler(), estimator});
    Future<Run> inAPipeline = BESIDE.submit(() -> logged(pipeline, data));
    Run bare = logged(estimator, features);
    assertThat(bare.tags()).containsEntry("estimator_name", name);
    assertThat(bare.params()).hasSizeGreaterThan(2);

    Run piped = inAPipeline.get();
    assertThat(piped.tags()).containsEntry("estimator_name", "Pipeline");
    assertThat(piped.params())
        .containsEntry("stages", "['VectorAssembler', '" + name + "']")
        .containsKeys(
            bare.params().keySet().stream()
                .map(param -> param.contains(".") ? param : name + "." + param)
                .toArray(String[]::new));
  }

  /** Fits, finds the run, loads its model, and lets both models predict. */
  private static Run logged(Estimator<?> estimator, Dataset<Row> frame) {
    Transformer fitted = (Transformer) estimator.fit(frame);
    FITS.incrementAndGet();
    RunId id = Autolog.runOf(fitted).orElseThrow();
    AutologFixture.settle();
    Run run = runlake.getRun(id).orElseThrow();
    assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.tags()).doesNotContainKey(RunFacts.MODEL_ERROR).containsKey(ModelHistory.TAG);
    LoadedModel loaded =
        Models.load(fixture.spark, "runs:/" + run.id().value() + "/model", fixture.uri);
    List<Row> expected = predictions(fitted, frame);
    assertThat(expected).hasSize(60);
    assertThat(predictions(loaded.model(), frame)).isEqualTo(expected);
    return run;
  }

  private static List<Row> predictions(Transformer model, Dataset<Row> frame) {
    Dataset<Row> scored = model.transform(frame);
    assertThat(scored.columns().length).isGreaterThan(frame.columns().length);
    String last = scored.columns()[scored.columns().length - 1];
    Dataset<Row> stable =
        scored.schema().apply(last).dataType() instanceof ArrayType
            ? scored.withColumn(last, sort_array(col(last)))
            : scored;
    return stable.select("id", last).collectAsList().stream()
        .sorted(Comparator.comparingLong(row -> row.getLong(0)))
        .toList();
  }
}
