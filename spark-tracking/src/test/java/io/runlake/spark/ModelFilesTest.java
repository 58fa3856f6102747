package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.autolog.AutologRules;
import io.runlake.autolog.FeatureWeights;
import io.runlake.autolog.ModelRecord;
import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.DecisionTreeClassifier;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.RandomForestClassificationModel;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.AFTSurvivalRegression;
import org.apache.spark.ml.regression.DecisionTreeRegressor;
import org.apache.spark.ml.regression.GBTRegressor;
import org.apache.spark.ml.regression.GeneralizedLinearRegression;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.RandomForestRegressor;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The artifacts of fitted models: whose weights they show, and under which names. */
@Tag("slow")
class ModelFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static Dataset<Row> data;

  @BeforeAll
  static void read() {
    data =
        TestSpark.occupancy("datatest.txt")
            .limit(400)
            .withColumn("label", col("Occupancy").cast("double"))
            .withColumn(
                "room",
                when(pmod(col("row"), lit(3)).equalTo(0), "lab")
                    .when(pmod(col("row"), lit(3)).equalTo(1), "office")
                    .otherwise("hall"))
            .cache();
    assertThat(data.select("label", "room").distinct().count()).isEqualTo(6);
  }

  /** Names go through an indexer, an encoder, a nested assembler, a scaler and a last assembler. */
  @Test
  void aForestInAPipelineNamesItsFeatures() throws Exception {
    PipelineModel model =
        fit(
            new StringIndexer().setInputCol("room").setOutputCol("index"),
            new OneHotEncoder()
                .setInputCols(new String[] {"index"})
                .setOutputCols(new String[] {"rooms"}),
            assembler("all", "Temperature", "Light", "rooms"),
            new StandardScaler().setInputCol("all").setOutputCol("scaled"),
            new RandomForestClassifier().setFeaturesCol("scaled").setNumTrees(3).setSeed(1));
    ModelRecord record = record(model, false);
    assertThat(record.artifacts())
        .containsOnlyKeys("feature_importance.json", "feature_importance.svg");
    JsonNode importances = JSON.readTree(record.artifacts().get("feature_importance.json"));
    Vector expected = ((RandomForestClassificationModel) model.stages()[4]).featureImportances();
    assertThat(names(importances))
        .hasSize(4)
        .contains("Temperature", "Light")
        .filteredOn(name -> name.startsWith("rooms_"))
        .hasSize(2)
        .isSubsetOf("rooms_lab", "rooms_office", "rooms_hall");
    assertThat(importances.get("Temperature").asDouble()).isEqualTo(expected.apply(0));
    assertThat(importances.get("Light").asDouble()).isEqualTo(expected.apply(1));
    List<Double> values = new ArrayList<>();
    importances.forEach(value -> values.add(value.asDouble()));
    assertThat(values).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(texts(record.artifacts().get("feature_importance.svg")))
        .contains("Feature importances", "Temperature", "Light");
  }

  @Test
  void coefficientsOfTwoAndOfMoreClasses() throws Exception {
    Dataset<Row> features = assembler("features", "Temperature", "Light").transform(data);
    LogisticRegressionModel two = new LogisticRegression().setMaxIter(3).fit(features);
    JsonNode coefficients = coefficients(record(two, features, false));
    assertThat(coefficients.get("Light").asDouble()).isEqualTo(two.coefficients().apply(1));

    Dataset<Row> rooms =
        new StringIndexer().setInputCol("room").setOutputCol("r").fit(features).transform(features);
    LogisticRegressionModel three =
        new LogisticRegression().setMaxIter(3).setLabelCol("r").fit(rooms);
    JsonNode byRoom = coefficients(record(three, rooms, false));
    assertThat(names(byRoom)).containsExactlyInAnyOrder("lab", "office", "hall");
    List<String> labels =
        List.of(rooms.schema().apply("r").metadata().getMetadata("ml_attr").getStringArray("vals"));
    assertThat(byRoom.get("lab").get("Temperature").asDouble())
        .isEqualTo(three.coefficientMatrix().apply(labels.indexOf("lab"), 0));
  }

  @Test
  void twoStagesWithWeightsAreToldApart() {
    PipelineModel model =
        fit(
            assembler("features", "Light", "CO2"),
            new LinearRegression().setMaxIter(2).setPredictionCol("p1"),
            new LinearRegression().setMaxIter(2).setPredictionCol("p2"),
            new GBTRegressor().setMaxIter(2).setPredictionCol("p3"));
    assertThat(record(model, false).artifacts())
        .containsOnlyKeys(
            "LinearRegression_1.coefficients.json",
            "LinearRegression_1.coefficients.svg",
            "LinearRegression_2.coefficients.json",
            "LinearRegression_2.coefficients.svg",
            "feature_importance.json",
            "feature_importance.svg");
  }

  @Test
  void everyModelWithWeightsShowsThem() throws Exception {
    Dataset<Row> features =
        assembler("features", "Temperature", "Light")
            .transform(data)
            .withColumn("censor", lit(1.0))
            .withColumn("positive", col("CO2"));
    for (Estimator<?> tree :
        List.<Estimator<?>>of(
            new DecisionTreeClassifier(),
            new GBTClassifier().setMaxIter(1),
            new DecisionTreeRegressor(),
            new RandomForestRegressor().setNumTrees(2))) {
      ModelRecord record = record(tree.fit(features), features, false);
      assertThat(record.artifacts().keySet())
          .as(tree.uid())
          .contains("feature_importance.json", "feature_importance.svg");
      JsonNode importances = JSON.readTree(record.artifacts().get("feature_importance.json"));
      assertThat(names(importances)).containsExactlyInAnyOrder("Temperature", "Light");
      assertThat(importances.get("Temperature").asDouble() + importances.get("Light").asDouble())
          .isCloseTo(1, within(1e-9));
    }
    for (Estimator<?> linear :
        List.<Estimator<?>>of(
            new LinearSVC().setMaxIter(1),
            new GeneralizedLinearRegression(),
            new AFTSurvivalRegression().setLabelCol("positive").setMaxIter(1))) {
      ModelRecord record = record(linear.fit(features), features, false);
      assertThat(names(coefficients(record)))
          .as(linear.uid())
          .containsExactlyInAnyOrder("Temperature", "Light");
    }
  }

  @Test
  void ofVeryManyFeaturesTheGreatestAreKept() {
    double[] values = new double[5000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? 0 : -i;
    }
    LogisticRegressionModel model = new LogisticRegressionModel("u", Vectors.dense(values), 0);
    List<FeatureWeights.Weight> weights =
        WeightsReader.read(model, TrainingData.unknown()).orElseThrow().weights();
    assertThat(weights).hasSize(WeightsReader.MOST);
    assertThat(weights.get(0).feature()).isEqualTo("features_4999");
    assertThat(weights.get(0).value()).isEqualTo(-4999);
    assertThat(weights.get(999).feature()).isEqualTo("features_3001");
  }

  @Test
  void featuresWithoutMetadataHaveTheirPlaceAsName() throws Exception {
    Dataset<Row> features = assembler("v", "Temperature", "Light").transform(data);
    Dataset<Row> bare =
        TestSpark.session()
            .createDataFrame(
                features.select("v", "label").collectAsList(),
                new org.apache.spark.sql.types.StructType()
                    .add("v", features.schema().apply("v").dataType())
                    .add("label", "double"));
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  assembler("features", "v"), new LogisticRegression().setMaxIter(2)
                })
            .fit(bare);
    assertThat(names(coefficients(record(model, bare, false))))
        .containsExactlyInAnyOrder("features_0", "features_1");
  }

  @Test
  void curvesAndListsWhereJobsAreAllowed() throws Exception {
    Dataset<Row> features = assembler("features", "Temperature", "Light").transform(data);
    LogisticRegressionModel model = new LogisticRegression().setMaxIter(3).fit(features);
    ModelRecord record = record(model, features, true);
    assertThat(record.artifacts())
        .containsOnlyKeys(
            "coefficients.json",
            "coefficients.svg",
            "training_summary.json",
            "training_roc_curve.csv",
            "training_roc_curve.svg",
            "training_precision_recall_curve.csv",
            "training_precision_recall_curve.svg",
            "training_threshold_curve.csv",
            "training_threshold_curve.svg");
    List<String> roc = record.artifacts().get("training_roc_curve.csv").lines().toList();
    assertThat(roc.get(0)).isEqualTo("false_positive_rate,true_positive_rate");
    assertThat(roc).hasSize((int) model.binarySummary().roc().count() + 1);
    assertThat(roc.get(1)).isEqualTo("0.0,0.0");
    assertThat(roc.get(roc.size() - 1)).isEqualTo("1.0,1.0");
    List<String> thresholds =
        record.artifacts().get("training_threshold_curve.csv").lines().toList();
    assertThat(thresholds.get(0)).isEqualTo("threshold,precision,recall,f1_score");
    assertThat(thresholds).hasSizeGreaterThan(20).noneMatch(line -> line.contains("NaN"));
    JsonNode lists = JSON.readTree(record.artifacts().get("training_summary.json"));
    assertThat(lists.get("precisionByLabel").get(1).asDouble())
        .isEqualTo(model.summary().precisionByLabel()[1]);
    Path looked = Path.of("plots");
    Files.createDirectories(looked);
    for (String name : record.artifacts().keySet()) {
      if (name.endsWith(".svg")) {
        xml(record.artifacts().get(name));
        Files.writeString(looked.resolve(name), record.artifacts().get(name));
      }
    }
  }

  @Test
  void theClassesOfOneVsRestGetNoFilesOfTheirOwn() {
    Dataset<Row> features = assembler("features", "Temperature", "Light").transform(data);
    Transformer model =
        new OneVsRest().setClassifier(new LogisticRegression().setMaxIter(2)).fit(features);
    assertThat(record(model, features, true).artifacts()).isEmpty();
  }

  private static VectorAssembler assembler(String output, String... inputs) {
    return new VectorAssembler().setInputCols(inputs).setOutputCol(output);
  }

  private static PipelineModel fit(PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(data);
  }

  private static ModelRecord record(Object model, boolean withJobs) {
    return record(model, data, withJobs);
  }

  private static ModelRecord record(Object model, Dataset<Row> trained, boolean withJobs) {
    AtomicReference<ModelRecord> record = new AtomicReference<>();
    int jobs =
        JobCount.of(
            TestSpark.session().sparkContext(),
            () ->
                record.set(
                    AutologRules.onModel(
                        FactsReader.model(model, withJobs, TrainingData.of(trained, withJobs)))));
    if (!withJobs) {
      assertThat(jobs).as("jobs to read weights").isZero();
    }
    return record.get();
  }

  private static JsonNode coefficients(ModelRecord record) throws IOException {
    assertThat(record.artifacts()).containsOnlyKeys("coefficients.json", "coefficients.svg");
    return JSON.readTree(record.artifacts().get("coefficients.json"));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> texts(String svg) throws Exception {
    var nodes = xml(svg).getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  private static Document xml(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
