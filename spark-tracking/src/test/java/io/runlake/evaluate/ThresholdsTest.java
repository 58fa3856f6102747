package io.runlake.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
  private static final Baseline CHAMPION =
      new Baseline("models:/m@champion", Map.of("accuracy_score", 0.80, "log_loss", 0.50));

  private static boolean accepted(Thresholds thresholds, String metric, double value) {
    return thresholds.check(Map.of(metric, value)).accepted();
  }

  @Test
  void absoluteValues() {
    Thresholds least = Thresholds.of(MetricThreshold.atLeast("accuracy_score", 0.9));
    assertThat(accepted(least, "accuracy_score", 0.9)).isTrue();
    assertThat(accepted(least, "accuracy_score", 0.89)).isFalse();
    Thresholds most = Thresholds.of(MetricThreshold.atMost("log_loss", 0.3));
    assertThat(accepted(most, "log_loss", 0.3)).isTrue();
    assertThat(accepted(most, "log_loss", 0.31)).isFalse();
  }

  @Test
  void changesOverTheBaseline() {
    Thresholds by =
        Thresholds.of(MetricThreshold.betterBy("accuracy_score", true, 0.05)).against(CHAMPION);
    assertThat(accepted(by, "accuracy_score", 0.851)).isTrue();
    assertThat(accepted(by, "accuracy_score", 0.84)).isFalse();
    Thresholds share =
        Thresholds.of(MetricThreshold.betterByShare("log_loss", false, 0.10)).against(CHAMPION);
    assertThat(accepted(share, "log_loss", 0.449)).isTrue();
    assertThat(accepted(share, "log_loss", 0.46)).isFalse();
    Thresholds noWorse =
        Thresholds.of(MetricThreshold.noWorse("accuracy_score", true)).against(CHAMPION);
    assertThat(accepted(noWorse, "accuracy_score", 0.80)).isTrue();
    assertThat(accepted(noWorse, "accuracy_score", 0.79)).isFalse();
    assertThat(noWorse.check(Map.of("accuracy_score", 0.79)).reasons().get(0))
        .startsWith("accuracy_score is 0.79; the baseline ")
        .endsWith(" has 0.8, and no worse is asked for.");
  }

  /** A share of a negative log likelihood is measured on its size, so that better stays better. */
  @Test
  void negativeAndZeroBaselines() {
    Thresholds share =
        Thresholds.of(MetricThreshold.betterByShare("logLikelihood", true, 0.10))
            .against(new Baseline("b", Map.of("logLikelihood", -100.0)));
    assertThat(accepted(share, "logLikelihood", -89)).isTrue();
    assertThat(accepted(share, "logLikelihood", -95)).isFalse();
    Thresholds zero = share.against(new Baseline("b", Map.of("logLikelihood", 0.0)));
    assertThat(accepted(zero, "logLikelihood", 0.0)).isFalse();
    assertThat(accepted(zero, "logLikelihood", 0.001)).isTrue();
  }

  @Test
  void aMissingMetricOrBaselineAndNaNAreRefused() {
    Thresholds least = Thresholds.of(MetricThreshold.atLeast("accuracy_score", 0.9));
    assertThat(least.check(Map.of()).reasons())
        .containsExactly("The model has no metric accuracy_score.");
    assertThat(accepted(least, "accuracy_score", Double.NaN)).isFalse();
    Thresholds change = Thresholds.of(MetricThreshold.noWorse("accuracy_score", true));
    assertThat(accepted(change, "accuracy_score", 1)).isFalse();
    assertThat(accepted(change.against(Optional.empty()).welcomingFirst(), "accuracy_score", 1))
        .isTrue();
    Thresholds other = change.against(new Baseline("run 7", Map.of("auc", 1.0))).welcomingFirst();
    assertThat(other.check(Map.of("accuracy_score", 1.0)).reasons())
        .containsExactly("accuracy_score is 1.0; the baseline run 7 has none.");
  }

  @Test
  void aVerdictIsDataUntilSomebodyAsks() {
    Verdict verdict =
        Thresholds.of(
                MetricThreshold.atLeast("accuracy_score", 0.9),
                MetricThreshold.atMost("log_loss", 0.6))
            .check(Map.of("accuracy_score", 0.85, "log_loss", 0.5));
    assertThat(verdict.accepted()).isFalse();
    assertThat(verdict.checks()).hasSize(2);
    assertThat(verdict.reasons())
        .containsExactly("accuracy_score is 0.85; at least 0.9 is asked for.");
    assertThatThrownBy(verdict::orThrow)
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage("The model is refused: accuracy_score is 0.85; at least 0.9 is asked for.")
        .extracting(e -> ((ModelRefusedException) e).verdict())
        .isEqualTo(verdict);
    new Verdict(java.util.List.of()).orThrow();
  }

  @Test
  void thresholdsThatAskForNothingOrForWorse() {
    assertThatThrownBy(() -> MetricThreshold.betterBy("f1_score", true, -0.1))
        .hasMessageContaining("f1_score")
        .hasMessageContaining("-0.1");
    assertThatThrownBy(() -> MetricThreshold.atLeast("f1_score", Double.NaN))
        .hasMessageContaining("NaN");
  }
}
