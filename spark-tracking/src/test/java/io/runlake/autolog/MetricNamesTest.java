package io.runlake.autolog;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.DatasetRef;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricNamesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          delta   | spark_catalog.default.sales       | sales
          delta   | file:/lake/tables/sales/          | sales
          csv     | file:/data/datatest2.csv.gz       | datatest2
          parquet | s3a://b/day=2026-11-21            | day_2026-11-21
          jdbc    | jdbc:postgresql://h/db public.sales | sales
          parquet | file:/data/v1.2                   | v1.2
          hive    | `odd name`                        | name
          unknown | LogicalRDD                        | unknown_dataset
          csv     | /                                 | unknown_dataset
          jdbc    | jdbc:x (select 1)                 | 1_
          """)
  void dataIsCalledByItsTableOrFile(String kind, String name, String expected) {
    assertThat(MetricNames.dataset(List.of(ref(kind, name)))).isEqualTo(expected);
  }

  @Test
  void dataOfTwoTablesHasNoName() {
    assertThat(MetricNames.dataset(List.of(ref("delta", "a"), ref("delta", "b"))))
        .isEqualTo(MetricNames.UNKNOWN);
    assertThat(MetricNames.dataset(List.of())).isEqualTo(MetricNames.UNKNOWN);
  }

  @Test
  void callsAndDataAreNumberedFromTwoOn() {
    assertThat(MetricNames.key("rmse", 1, "sales", 1)).isEqualTo("rmse_sales");
    assertThat(MetricNames.key("rmse", 2, "sales", 1)).isEqualTo("rmse-2_sales");
    assertThat(MetricNames.key("rmse", 3, "sales", 2)).isEqualTo("rmse-3_sales-2");
    assertThat(MetricNames.key("r".repeat(300), 1, "sales", 1)).hasSize(250).endsWith("...");
  }

  private static DatasetRef ref(String kind, String name) {
    return new DatasetRef(
        kind, name, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
