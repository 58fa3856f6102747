package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.autolog.AutologRules;
import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.FitRecord;
import io.runlake.testkit.TestSpark;
import java.util.Arrays;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.feature.Bucketizer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the samples do not show: nesting, size, and estimators that are not Spark's. */
class ParamReaderTest {
  @BeforeAll
  static void spark() {
    TestSpark.session();
  }

  @Test
  void stagesOfOneClassAreNumberedDepthFirst() {
    Pipeline inner = new Pipeline().setStages(new PipelineStage[] {assembler("b")});
    Pipeline outer =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  assembler("a"),
                  inner,
                  assembler("c"),
                  new OneVsRest().setClassifier(new LogisticRegression())
                });
    FitRecord record = record(outer);
    assertThat(record.params())
        .containsEntry(
            "stages", "['VectorAssembler_1', 'Pipeline_2', 'VectorAssembler_3', 'OneVsRest']")
        .containsEntry("Pipeline_2.stages", "['VectorAssembler_2']")
        .containsEntry("VectorAssembler_2.inputCols", "['b']")
        .containsEntry("VectorAssembler_3.inputCols", "['c']")
        .containsEntry("OneVsRest.classifier", "LogisticRegression")
        .containsEntry("LogisticRegression.maxIter", "100");
    assertThat(record.tags()).containsEntry("estimator_class", "pyspark.ml.pipeline.Pipeline");
  }

  @Test
  void aClassifierInsideStandsInTheHierarchy() throws Exception {
    FitRecord record = record(new OneVsRest().setClassifier(new LogisticRegression()));
    JsonNode info = new ObjectMapper().readTree(record.artifacts().get("estimator_info.json"));
    assertThat(info.toString())
        .isEqualTo(
            "{\"hierarchy\":{\"name\":\"OneVsRest\",\"classifier\":{\"name\":\"LogisticRegression\"}}}");
  }

  @Test
  void aMillionSplitsAreCutWithAMarker() {
    double[] splits = new double[1_000_000];
    Arrays.setAll(splits, i -> i);
    FitRecord record =
        record(new Pipeline().setStages(new PipelineStage[] {new Bucketizer().setSplits(splits)}));
    assertThat(record.params().get("Bucketizer.splits"))
        .startsWith("[0.0, 1.0, 2.0, ")
        .endsWith("999.0, ... (999000 more)]")
        .hasSizeLessThan(10_000);
  }

  @Test
  void anEstimatorOfSomeoneElseKeepsItsClassAndSurvivesItsOwnFaults() {
    FitRecord record = record(new Faulty());
    assertThat(record.tags())
        .isEqualTo(
            Map.of(
                "estimator_name", "Faulty",
                "estimator_class", "io.runlake.spark.ParamReaderTest$Faulty"));
    assertThat(record.params())
        .containsEntry("fine", "yes")
        .containsEntry("odd", "<unreadable: IllegalStateException>");
  }

  @Test
  void aPipelineThatHoldsItselfEnds() {
    Pipeline self = new Pipeline();
    self.setStages(new PipelineStage[] {assembler("a"), self});
    assertThat(record(self).params()).containsEntry("VectorAssembler.inputCols", "['a']");
  }

  @Test
  void aPipelineWithoutStagesIsReadAsItIs() {
    EstimatorFacts facts = FactsReader.estimator(new Pipeline());
    assertThat(facts.kind()).isEqualTo(EstimatorFacts.Kind.PIPELINE);
    assertThat(AutologRules.onFit(facts).params()).isEmpty();
    assertThat(record(new Pipeline().setStages(new PipelineStage[0])).params())
        .isEqualTo(Map.of("stages", "[]"));
  }

  private static VectorAssembler assembler(String column) {
    return new VectorAssembler().setInputCols(new String[] {column}).setOutputCol("f" + column);
  }

  private static FitRecord record(Estimator<?> estimator) {
    return AutologRules.onFit(FactsReader.estimator(estimator));
  }

  /** An estimator whose param value throws when it is shown. */
  public static final class Faulty extends Estimator<PipelineModel> {
    private final Param<String> fine = new Param<>(this, "fine", "");
    private final Param<Object> odd = new Param<>(this, "odd", "");

    public Faulty() {
      set(fine, "yes");
      set(
          odd,
          new Object() {
            @Override
            public String toString() {
              throw new IllegalStateException("on purpose");
            }
          });
    }

    public Param<String> fine() {
      return fine;
    }

    public Param<Object> odd() {
      return odd;
    }

    @Override
    public String uid() {
      return "faulty_1";
    }

    @Override
    public PipelineModel fit(Dataset<?> dataset) {
      throw new UnsupportedOperationException("not fitted here");
    }

    @Override
    public Estimator<PipelineModel> copy(ParamMap extra) {
      return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
      return schema;
    }
  }
}
