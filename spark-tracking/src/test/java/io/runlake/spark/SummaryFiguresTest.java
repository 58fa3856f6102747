package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.autolog.FittedModelFacts;
import io.runlake.spark.SummaryFigures.Cost;
import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarFile;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.classification.FMClassifier;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.clustering.BisectingKMeans;
import org.apache.spark.ml.clustering.GaussianMixture;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.LDA;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.GeneralizedLinearRegression;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line of the manual's table of training metrics, against the model that it speaks of. */
@Tag("slow")
class SummaryFiguresTest {
  private static final Set<Cost> FREE = EnumSet.of(Cost.FREE);
  private static final Set<Cost> JOBS = EnumSet.of(Cost.JOBS);
  private static final Set<Cost> ALL = EnumSet.allOf(Cost.class);

  private static Dataset<Row> data;
  private static final Map<String, Object> FITTED = new LinkedHashMap<>();

  @BeforeAll
  static void read() {
    data =
        new VectorAssembler()
            .setInputCols(new String[] {"Temperature", "Light"})
            .setOutputCol("features")
            .transform(TestSpark.occupancy("datatest.txt").limit(200))
            .withColumn("label", col("Occupancy").cast("double"))
            .withColumn("three", pmod(col("row"), lit(3)).cast("double"))
            .cache();
    assertThat(data.select("label").distinct().count()).isEqualTo(2);
  }

  static Set<String> models() {
    return MetricsPage.MODELS.keySet();
  }

  private static Estimator<?> estimator(String model) {
    return switch (model) {
      case "LogisticRegression, two classes" -> new LogisticRegression().setMaxIter(2);
      case "LogisticRegression, more classes" ->
          new LogisticRegression().setMaxIter(2).setLabelCol("three");
      case "LinearSVC" -> new LinearSVC().setMaxIter(2);
      case "RandomForestClassifier, two classes" -> new RandomForestClassifier().setNumTrees(2);
      case "RandomForestClassifier, more classes" ->
          new RandomForestClassifier().setNumTrees(2).setLabelCol("three");
      case "MultilayerPerceptronClassifier" ->
          new MultilayerPerceptronClassifier().setLayers(new int[] {2, 2}).setMaxIter(2);
      case "FMClassifier" -> new FMClassifier().setMaxIter(2);
      case "LinearRegression" -> new LinearRegression().setMaxIter(2);
      case "GeneralizedLinearRegression" -> new GeneralizedLinearRegression();
      case "KMeans" -> new KMeans().setK(2);
      case "BisectingKMeans" -> new BisectingKMeans().setK(2);
      case "GaussianMixture" -> new GaussianMixture().setK(2).setMaxIter(2);
      case "LDA, optimizer online" -> new LDA().setK(2).setMaxIter(2);
      case "LDA, optimizer em" -> new LDA().setK(2).setMaxIter(2).setOptimizer("em");
      default -> throw new AssertionError("The test has no estimator for " + model);
    };
  }

  private static synchronized Object fitted(String model) {
    return FITTED.computeIfAbsent(model, name -> estimator(name).fit(data));
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsFreeRunsNoJobAndIsAllThere(String model) {
    Object fitted = fitted(model);
    Reading reading = read(fitted, false);
    assertThat(reading.facts.summary()).containsOnlyKeys(MetricsPage.names(model, FREE));
    assertThat(reading.facts.tables().vectors()).containsOnlyKeys(MetricsPage.lists(model, FREE));
    assertThat(reading.jobs).isZero();
    assertThat(reading.facts.stepped().containsKey("objectiveHistory"))
        .isEqualTo(MetricsPage.hasHistory(model));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theRestCostsJobsAndIsThereWhenAskedFor(String model) {
    Object fitted = fitted(model);
    Reading reading = read(fitted, true);
    Set<String> wanted = MetricsPage.names(model, ALL);
    assertThat(reading.facts.summary()).containsOnlyKeys(wanted);
    assertThat(reading.facts.summary().values()).noneMatch(value -> value.isNaN());
    assertThat(reading.facts.tables().vectors()).containsOnlyKeys(MetricsPage.lists(model, ALL));
    int promised = MetricsPage.names(model, JOBS).size() + MetricsPage.lists(model, JOBS).size();
    assertThat(reading.jobs > 0).as("jobs: " + reading.jobs).isEqualTo(promised > 0);
  }

  @ParameterizedTest
  @MethodSource("models")
  void theTableSpeaksOfTheSummaryThatTheModelHas(String model) {
    if (fitted(model) instanceof HasTrainingSummary<?> has) {
      assertThat(List.<Class<?>>of(has.summary().getClass()))
          .allMatch(MetricsPage.MODELS.get(model).get(0)::isAssignableFrom);
    } else {
      assertThat(model).startsWith("LDA");
    }
  }

  /** Weights make Spark compute some of a linear model's figures anew. */
  @Test
  void aColumnOfWeightsCostsNoJobEither() {
    Dataset<Row> weighted = data.withColumn("weight", lit(2.0));
    for (Estimator<?> estimator :
        List.of(
            new LinearRegression().setMaxIter(2).setWeightCol("weight"),
            new GeneralizedLinearRegression().setWeightCol("weight"),
            new KMeans().setK(2).setWeightCol("weight"))) {
      assertThat(read(estimator.fit(weighted), false).jobs).as(estimator.uid()).isZero();
    }
  }

  /** A new release of Spark may give more models a summary. */
  @Test
  void everyModelOfSparkThatHasASummaryStandsInTheTable() throws IOException {
    Set<String> withSummary = new TreeSet<>();
    Path jar =
        Path.of(
            HasTrainingSummary.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (JarFile classes = new JarFile(jar.toFile())) {
      classes.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith("org/apache/spark/ml/") && name.endsWith("Model.class"))
          .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
          .filter(SummaryFiguresTest::hasSummary)
          .forEach(withSummary::add);
    }
    Set<String> known = new TreeSet<>();
    for (String model : models()) {
      if (fitted(model) instanceof HasTrainingSummary<?> has) {
        known.add(has.getClass().getName());
      }
    }
    assertThat(withSummary).hasSizeGreaterThan(8);
    assertThat(known).isEqualTo(withSummary);
  }

  private static boolean hasSummary(String className) {
    try {
      Class<?> found = Class.forName(className, false, HasTrainingSummary.class.getClassLoader());
      return HasTrainingSummary.class.isAssignableFrom(found) && !found.isInterface();
    } catch (ClassNotFoundException | LinkageError e) {
      throw new AssertionError(className, e);
    }
  }

  @Test
  void thePageSaysWhatTheCodeDoes() throws IOException {
    Path file = TestSpark.projectRoot().resolve("docs/autologging-metrics.md");
    String page = Files.readString(file);
    int begin = page.indexOf(MetricsPage.BEGIN);
    int end = page.indexOf(MetricsPage.END) + MetricsPage.END.length();
    assertThat(begin).isPositive();
    String renewed = page.substring(0, begin) + MetricsPage.table() + page.substring(end);
    if (Boolean.getBoolean(MetricsPage.WRITE)) {
      Files.writeString(file, renewed);
      return;
    }
    assertThat(page)
        .as("To make the table anew, run this test with -D%s=true", MetricsPage.WRITE)
        .isEqualTo(renewed);
  }

  private record Reading(FittedModelFacts facts, int jobs) {}

  private static Reading read(Object model, boolean withJobs) {
    SparkContext context = TestSpark.session().sparkContext();
    AtomicReference<FittedModelFacts> facts = new AtomicReference<>();
    int jobs =
        JobCount.of(
            context,
            () -> facts.set(FactsReader.model(model, withJobs, TrainingData.of(data, withJobs))));
    return new Reading(facts.get(), jobs);
  }
}
