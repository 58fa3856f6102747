package io.runlake.autolog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsedColumnsTest {
  private static final String FEATURE = "org.apache.spark.ml.feature.";

  @Test
  void columnsAreThoseThatParamsName() {
    UsedColumns columns =
        UsedColumns.of(
                estimator(
                    "org.apache.spark.ml.Pipeline",
                    new ParamFact(
                        "stages",
                        new ParamValue.Stages(
                            List.of(
                                estimator(
                                    FEATURE + "VectorAssembler",
                                    items(0, "a", "`b.c`"),
                                    text("outputCol", "v")),
                                estimator(
                                    "org.apache.spark.ml.regression.LinearRegression",
                                    text("labelCol", "Y"),
                                    text("weightCol", ""),
                                    text("solver", "auto")))))))
            .orElseThrow();
    assertThat(List.of("a", "A", "b", "y", "v")).allMatch(columns::contains);
    assertThat(List.of("auto", "c", "")).noneMatch(columns::contains);
  }

  @Test
  void whereColumnsAreNotNamedAllMayBeRead() {
    assertThat(UsedColumns.of(estimator("com.example.Mine", text("inputCol", "a")))).isEmpty();
    assertThat(UsedColumns.of(estimator(FEATURE + "RFormula", text("labelCol", "y")))).isEmpty();
    assertThat(UsedColumns.of(estimator(FEATURE + "VectorAssembler", items(1, "a")))).isEmpty();
    assertThat(UsedColumns.of(estimator(FEATURE + "PCA"))).isEqualTo(Optional.empty());
    EstimatorFacts inner = estimator("com.example.Mine", text("inputCol", "a"));
    assertThat(
            UsedColumns.of(
                estimator(
                    "org.apache.spark.ml.classification.OneVsRest",
                    text("labelCol", "y"),
                    new ParamFact("classifier", new ParamValue.Stage(inner)))))
        .isEmpty();
  }

  private static EstimatorFacts estimator(String type, ParamFact... params) {
    return new EstimatorFacts(type, type, EstimatorFacts.Kind.OTHER, List.of(params));
  }

  private static ParamFact text(String name, String value) {
    return new ParamFact(name, new ParamValue.Text(value));
  }

  private static ParamFact items(int omitted, String... values) {
    List<ParamValue> items = Arrays.stream(values).<ParamValue>map(ParamValue.Text::new).toList();
    return new ParamFact("inputCols", new ParamValue.Items(items, omitted));
  }
}
