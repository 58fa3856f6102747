package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.flavor.ModelException.Kind;
import io.runlake.testkit.TestSpark;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that Python's MLflow saved load here and predict what PySpark predicted. */
class SampleModelsTest {
  /** With the JDK's vector module Spark multiplies and adds in one rounding, without it in two. */
  private static final Offset<Double> ROUNDING = Offset.offset(1e-15);

  @ParameterizedTest
  @CsvSource({
    "2.17.0, lr_pipeline_plain, lr",
    "2.17.0, lr_pipeline_sig_example, lr",
    "2.17.0, rf_pipeline_sig_example, rf",
    "2.17.0, linreg_pipeline_sig, linreg",
    "3.5.1, lr_pipeline_plain, lr",
    "3.5.1, lr_pipeline_sig_example, lr"
  })
  void aModelOfPythonPredictsTheSame(String release, String name, String expected)
      throws Exception {
    LoadedModel loaded =
        SparkModels.load(TestSpark.session(), Samples.path(release, name), LoadOptions.defaults());
    Dataset<Row> transformed = loaded.model().transform(Samples.input(release));
    boolean classifies = !expected.equals("linreg");

    List<Row> actual =
        transformed
            .select(
                functions.col("id"),
                functions.col("prediction"),
                classifies
                    ? org.apache.spark.ml.functions.vector_to_array(
                        functions.col("probability"), "float64")
                    : functions.lit(null).cast("array<double>").as("probability"))
            .orderBy("id")
            .collectAsList();
    List<Row> wanted = Samples.expected(release, expected).collectAsList();

    assertThat(actual).hasSize(200);
    assertThat(wanted).hasSize(200);
    for (int i = 0; i < 200; i++) {
      assertThat(actual.get(i).getInt(0)).isEqualTo(wanted.get(i).getInt(0));
      assertThat(actual.get(i).getDouble(1)).isCloseTo(wanted.get(i).getDouble(1), ROUNDING);
      if (classifies) {
        List<Double> probabilities = actual.get(i).getList(2);
        List<Double> theirs = doubles(wanted.get(i).getString(2));
        assertThat(probabilities).hasSize(theirs.size());
        for (int k = 0; k < theirs.size(); k++) {
          assertThat(probabilities.get(k)).isCloseTo(theirs.get(k), ROUNDING);
        }
      }
    }
  }

  @Test
  void aPickledModelIsRefused() {
    assertThatThrownBy(
            () ->
                SparkModels.load(
                    TestSpark.session(),
                    Samples.path("2.17.0", "sklearn_lr"),
                    LoadOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_FORMAT))
        .hasMessageContaining("[python_function, sklearn]")
        .hasMessageContaining("mlflow.sklearn")
        .hasMessageContaining("unpickled");
  }

  @Test
  void aDescriptorOfPythonIsReadWhole() {
    MlModel descriptor = MlModel.read(Samples.path("3.5.1", "lr_pipeline_sig_example"));

    assertThat(descriptor.modelUuid()).contains("708cb4f1b1a44f778a8ddc581124ed56");
    assertThat(descriptor.mlflowVersion()).contains("3.5.1.dev0");
    assertThat(descriptor.runId()).isEmpty();
    assertThat(descriptor.values()).containsKeys("prompts", "model_id", "type_hint_from_example");
    assertThat(descriptor.signature().orElseThrow().inputs())
        .containsExactly(
            ColumnSpec.of("a", ColumnType.Scalar.DOUBLE),
            ColumnSpec.of("b", ColumnType.Scalar.DOUBLE));
    assertThat(descriptor.runlake()).isEmpty();
  }

  private static List<Double> doubles(String json) throws Exception {
    List<Double> values = new ArrayList<>();
    for (JsonNode node : Json.read(json)) {
      values.add(node.asDouble());
    }
    return values;
  }
}
