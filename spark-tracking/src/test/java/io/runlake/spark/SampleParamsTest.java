package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.runlake.autolog.AutologRules;
import io.runlake.autolog.FitRecord;
import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same estimators give the same params, tags and files as they gave MLflow. */
class SampleParamsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Parents of tuning get these from MLflow after the fit; they are no params of the estimator. */
  private static final String AFTER_THE_FIT = "best_";

  @BeforeAll
  static void spark() {
    TestSpark.session();
  }

  @Test
  void aBareLogisticRegression() throws IOException {
    holdsFor("bare-lr", new LogisticRegression().setMaxIter(15).setRegParam(0.02));
  }

  @Test
  void aPipeline() throws IOException {
    holdsFor(
        "pipeline",
        pipeline(assembler("a", "b"), new LogisticRegression().setMaxIter(20).setRegParam(0.01)));
  }

  @Test
  void aPipelineWithAForest() throws IOException {
    holdsFor(
        "rf-pipeline",
        pipeline(
            new StringIndexer().setInputCol("cat").setOutputCol("cati"),
            assembler("a", "b", "cati"),
            new RandomForestClassifier().setNumTrees(5).setSeed(1)));
  }

  @Test
  void aPipelineWithKMeans() throws IOException {
    holdsFor("kmeans-pipeline", pipeline(assembler("a", "b"), new KMeans().setK(3).setSeed(1)));
  }

  @Test
  void aCrossValidator() throws IOException {
    LogisticRegression lr = new LogisticRegression().setMaxIter(10);
    holdsFor(
        "crossvalidator",
        new CrossValidator()
            .setEstimator(pipeline(assembler("a", "b"), lr))
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(lr.regParam(), new double[] {0.0, 0.1})
                    .addGrid(lr.elasticNetParam(), new double[] {0.0, 0.5})
                    .build())
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setNumFolds(3)
            .setParallelism(2)
            .setSeed(7));
  }

  @Test
  void aTrainValidationSplit() throws IOException {
    LinearRegression lr = new LinearRegression().setLabelCol("y");
    holdsFor(
        "tvs",
        new TrainValidationSplit()
            .setEstimator(pipeline(assembler("a", "b"), lr))
            .setEstimatorParamMaps(
                new ParamGridBuilder().addGrid(lr.regParam(), new double[] {0.0, 0.1}).build())
            .setEvaluator(new RegressionEvaluator().setLabelCol("y"))
            .setTrainRatio(0.8)
            .setSeed(7));
  }

  private static VectorAssembler assembler(String... columns) {
    return new VectorAssembler().setInputCols(columns).setOutputCol("features");
  }

  private static Pipeline pipeline(PipelineStage... stages) {
    return new Pipeline().setStages(stages);
  }

  private static void holdsFor(String sample, Estimator<?> estimator) throws IOException {
    JsonNode run = json(sample + ".json").get(0);
    FitRecord record = AutologRules.onFit(FactsReader.estimator(estimator));
    Map<String, String> expected = strings(run.get("params"));
    assertThat(expected).hasSizeGreaterThan(8);
    expected.keySet().removeIf(key -> key.startsWith(AFTER_THE_FIT));
    assertThat(new TreeMap<>(record.params())).isEqualTo(expected);
    JsonNode tags = run.get("tags");
    assertThat(record.tags())
        .hasSize(2)
        .containsEntry("estimator_name", tags.get("estimator_name").asText())
        .containsEntry("estimator_class", tags.get("estimator_class").asText());
    if (sample.equals("bare-lr")) {
      assertThat(record.artifacts()).isEmpty();
    } else {
      assertThat(record.artifacts()).containsOnlyKeys("estimator_info.json");
      assertThat(gridsSorted(JSON.readTree(record.artifacts().get("estimator_info.json"))))
          .isEqualTo(gridsSorted(json(sample + ".estimator_info.json")));
    }
  }

  /** A JVM grid is a product over a hash map of params, so its order differs from uid to uid. */
  private static JsonNode gridsSorted(JsonNode info) {
    for (JsonNode grid : info.findValues("tuning_parameter_map_list")) {
      List<JsonNode> maps = new ArrayList<>();
      grid.forEach(maps::add);
      maps.sort(Comparator.comparing(map -> new TreeMap<>(strings(map)).toString()));
      ((ArrayNode) grid).removeAll().addAll(maps);
    }
    return info;
  }

  private static JsonNode json(String name) throws IOException {
    try (InputStream in = SampleParamsTest.class.getResourceAsStream("/mlflow-autolog/" + name)) {
      return JSON.readTree(in);
    }
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new TreeMap<>();
    object.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
    return strings;
  }
}
