package io.runlake.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.benchmarks.AutologOverhead.Mode;
import io.runlake.benchmarks.OverheadSeries.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheTwoMiddleOnes() {
    assertThat(new Samples(List.of(5.0, 1.0, 3.0)).median()).isEqualTo(3.0);
    assertThat(new Samples(List.of(4.0, 1.0, 3.0, 100.0)).median()).isEqualTo(3.5);
  }

  @Test
  void ratiosAreOfPairsOfOneTurn() throws Exception {
    Samples ours = Samples.none().with(2.0).with(List.of(6.0, 4.0));
    Samples rival = new Samples(List.of(1.0, 4.0, 4.0));
    JsonNode json =
        new ObjectMapper()
            .readTree(Figures.of("x", "s", ours, rival, Map.of("more", List.of(1))).json());
    assertThat(json.properties())
        .extracting(Map.Entry::getKey)
        .containsExactly("name", "ours", "rival", "unit", "ratio", "n", "min", "max", "more");
    assertThat(json.get("ours").asDouble()).isEqualTo(4.0);
    assertThat(json.get("rival").asDouble()).isEqualTo(4.0);
    assertThat(json.get("ratio").asDouble()).isEqualTo(1.0);
    assertThat(json.get("n").asInt()).isEqualTo(3);
    assertThat(json.get("min").asDouble()).isEqualTo(1.0);
    assertThat(json.get("max").asDouble()).isEqualTo(2.0);
  }

  @Test
  void overheadIsToldOfPairsOfOneTurnAndOfTheWorstJobs() {
    OverheadSeries series = new OverheadSeries();
    series.wrapped(new Answer(0.3, 3, 0, 1));
    double[][] turns = {{1.0, 1.01, 1.2}, {2.0, 2.04, 2.5}, {1.0, 1.5, 1.2}};
    for (double[] turn : turns) {
      series.fitted(Mode.NO_PLUGIN, new Answer(turn[0], 5, 0, 1));
      series.fitted(Mode.OFF, new Answer(turn[0], 5, 0, 1));
      series.saved(new Answer(0.2, 2, 0, 1));
      series.fitted(Mode.ON, new Answer(turn[1], turn[1] > 2 ? 6 : 5, 0, 1));
      series.fitted(Mode.MODELS, new Answer(turn[2], 8, 3, 1));
    }
    assertThat(series.ratio()).isCloseTo(1.02, within(1e-9));
    assertThat(series.ratioWithSave()).isCloseTo(1.0, within(1e-9));
    assertThat(series.extraJobs()).isOne();
  }
}
