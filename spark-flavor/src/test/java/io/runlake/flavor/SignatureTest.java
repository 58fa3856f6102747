package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.flavor.ModelException.Kind;
import io.runlake.testkit.TestSpark;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
  private static final String JSON =
      "{\"inputs\": \"[{\\\"type\\\": \\\"double\\\", \\\"name\\\": \\\"a\\\", \\\"required\\\":"
          + " true}, {\\\"type\\\": \\\"sparkml_vector\\\", \\\"name\\\": \\\"v\\\","
          + " \\\"required\\\": false}]\", \"outputs\": \"[{\\\"type\\\": \\\"double\\\","
          + " \\\"required\\\": true}]\", \"params\": null}";

  @Test
  void jsonIsMlflows() {
    Signature signature =
        new Signature(
            List.of(
                ColumnSpec.of("a", ColumnType.Scalar.DOUBLE),
                new ColumnSpec(Optional.of("v"), new ColumnType.Vector(), false)),
            List.of(new ColumnSpec(Optional.empty(), ColumnType.Scalar.DOUBLE, true)));

    assertThat(signature.toJson()).isEqualTo(JSON);
    assertThat(Signature.fromJson(JSON)).isEqualTo(signature);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"type\": \"boolean\", \"name\": \"a\", \"required\": true}]",
        "[{\"type\": \"array\", \"items\": {\"type\": \"float\"}, \"name\": \"a\", \"required\": true}]",
        "[{\"type\": \"object\", \"properties\": {\"p\": {\"type\": \"long\", \"required\": true},"
            + " \"q\": {\"type\": \"map\", \"values\": {\"type\": \"string\"}, \"required\": false}},"
            + " \"name\": \"a\", \"required\": true}]",
        "[{\"type\": \"any\", \"name\": \"\\u00e9 x\", \"required\": true}]",
        "[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"float64\", \"shape\": [-1, 3]}}]",
        "[{\"type\": \"datetime\", \"name\": \"a\", \"required\": true}, {\"type\": \"binary\","
            + " \"name\": \"b\", \"required\": true}]"
      })
  void everyTypeSurvives(String columns) {
    Signature signature = SignatureJson.of(Optional.of(columns), Optional.empty());
    assertThat(SignatureJson.entries(signature)).containsEntry("inputs", columns);
    assertThat(SignatureJson.entries(signature)).containsEntry("outputs", null);
  }

  @Test
  void oldFormsAreRead() {
    assertThat(
            SignatureJson.of(
                    Optional.of(
                        "[{\"name\": \"a\", \"type\": \"double\"}, {\"name\": \"b\", \"type\":"
                            + " \"double\", \"optional\": true}]"),
                    Optional.empty())
                .inputs())
        .extracting(ColumnSpec::required)
        .containsExactly(true, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "not json",
        "[{\"type\": \"duoble\", \"name\": \"a\"}]",
        "[{\"type\": \"double\", \"name\": \"a\"}, {\"type\": \"double\"}]",
        "[{\"type\": \"double\", \"name\": \"a\"}, {\"type\": \"long\", \"name\": \"a\"}]"
      })
  void malformedSignaturesAreRefused(String columns) {
    assertThatThrownBy(() -> SignatureJson.of(Optional.of(columns), Optional.empty()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SIGNATURE));
  }

  @Test
  void aDeepTypeIsRefused() {
    String columns =
        "["
            + "{\"type\": \"array\", \"items\": ".repeat(200)
            + "{\"type\": \"long\"}"
            + "}".repeat(200)
            + "]";
    assertThatThrownBy(() -> SignatureJson.of(Optional.of(columns), Optional.empty()))
        .isInstanceOf(ModelException.class);
  }

  @Test
  void onlyWhatTheModelWantsIsInferredAndNoJobRuns() {
    var training = Samples.input("2.17.0");
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("cat").setOutputCol("target"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"b", "a"})
                      .setOutputCol("features"),
                  new LogisticRegression().setMaxIter(2)
                })
            .fit(training);
    long before = jobs();
    Signature signature = Signature.infer(training.schema(), model);

    assertThat(jobs()).isEqualTo(before);
    assertThat(signature)
        .isEqualTo(
            new Signature(
                List.of(
                    ColumnSpec.of("a", ColumnType.Scalar.DOUBLE),
                    ColumnSpec.of("b", ColumnType.Scalar.DOUBLE)),
                List.of(new ColumnSpec(Optional.empty(), ColumnType.Scalar.DOUBLE, true))));
    assertThat(Signature.infer(model.transform(training).schema(), model)).isEqualTo(signature);
    assertThatThrownBy(() -> Signature.infer(StructType.fromDDL("a double"), model))
        .hasMessageContaining("does not take the columns");
    assertThatThrownBy(() -> Signature.infer(StructType.fromDDL("a double, b decimal(9,2)"), model))
        .hasMessageContaining("decimal(9,2)")
        .hasMessageContaining("'b'");
  }

  private static long jobs() {
    return TestSpark.session().sparkContext().statusTracker().getJobIdsForGroup(null).length;
  }
}
