package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void nestedValuesReadBackAsTheyWere() throws Exception {
    JsonNode read =
        new ObjectMapper()
            .readTree(
                JsonText.of(
                    Map.of(
                        "a", List.of(1L, 0.1, "é\"\n", true), "b", Arrays.asList((Object) null))));
    assertThat(read.at("/a/0").longValue()).isEqualTo(1L);
    assertThat(read.at("/a/1").doubleValue()).isEqualTo(0.1);
    assertThat(read.at("/a/2").textValue()).isEqualTo("é\"\n");
    assertThat(read.at("/a/3").booleanValue()).isTrue();
    assertThat(read.at("/b/0").isNull()).isTrue();
    assertThat(read).hasSize(2);
  }

  @Test
  void numbersThatJsonDoesNotKnowAreTexts() {
    assertThat(JsonText.of(List.of(Double.NaN, Double.NEGATIVE_INFINITY)))
        .isEqualTo("[ \"NaN\", \"-Infinity\" ]");
  }

  @Test
  void whatHasNoJsonIsRefused() {
    assertThatThrownBy(() -> JsonText.of(new Object())).hasMessage("No JSON for java.lang.Object");
  }
}
