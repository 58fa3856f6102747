package io.runlake.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SparkLinesTest {
  private static final String ROW = "{'row':1,'probability':[0.25,0.75],'model':'m'}";

  @Test
  void numbersMayDifferByTheToleranceAndNothingElseMay() throws Exception {
    assertThat(compare(ROW, ROW).holds()).isTrue();
    assertThat(compare(ROW, ROW.replace("0.75", "0.7500000000001")))
        .satisfies(d -> assertThat(d.holds()).isTrue())
        .satisfies(d -> assertThat(d.difference()).isBetween(0.9e-13, 1.1e-13));
    assertThat(compare(ROW, ROW.replace("0.75", "0.75000000001")).holds()).isFalse();
    assertThat(compare(ROW, ROW.replace("'m'", "'n'")).holds()).isFalse();
    assertThat(compare(ROW, ROW.replace("0.25,", "")).holds()).isFalse();
    assertThat(compare(ROW, ROW.replace("'model'", "'other'")).holds()).isFalse();
    assertThat(compare(ROW, ROW.replace("0.75", "'NaN'")).holds()).isFalse();
    assertThat(compare(ROW, ROW.replace("'m'", "null")).holds()).isFalse();
  }

  @Test
  void noRowsAndAnotherNumberOfRowsAreNoAgreement() throws Exception {
    assertThat(SparkLines.compare(List.of(), List.of()).holds()).isFalse();
    assertThat(SparkLines.compare(rows(ROW, ROW), rows(ROW)).holds()).isFalse();
    assertThat(SparkLines.compare(rows(ROW), rows(ROW, ROW)).trouble()).contains("1 rows");
  }

  private static SparkLines.Difference compare(String first, String other)
      throws JsonProcessingException {
    return SparkLines.compare(rows(first), rows(other));
  }

  private static List<JsonNode> rows(String... rows) throws JsonProcessingException {
    List<JsonNode> read = new ArrayList<>();
    for (String row : rows) {
      read.add(new ObjectMapper().readTree(row.replace('\'', '"')));
    }
    return read;
  }
}
