package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutologSettingsTest {
  private final List<String> complaints = new ArrayList<>();

  private AutologSettings read(Map<String, String> conf) {
    return AutologSettings.read(conf, Map.of(), true, complaints);
  }

  @Test
  void defaults() {
    AutologSettings settings =
        read(Map.of("spark.master", "local[2]", "spark.app.name", "nightly"));
    assertThat(settings)
        .isEqualTo(
            new AutologSettings(
                java.util.Optional.of("delta:./runlake"),
                "nightly",
                true,
                true,
                true,
                false,
                java.util.Optional.empty(),
                false,
                true,
                Duration.ofSeconds(120),
                Duration.ofMillis(500),
                false,
                false,
                true,
                Map.of(),
                false,
                EstimatorChoice.ALL));
    assertThat(complaints).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "local,true",
    "local[*],true",
    "'local[2,3]',true",
    "'local-cluster[1,1,1024]',false",
    "yarn,false",
    "spark://h:7077,false",
    "k8s://h,false"
  })
  void theDefaultStoreIsForLocalMastersOnly(String master, boolean present) {
    assertThat(read(Map.of("spark.master", master)).trackingUri().isPresent()).isEqualTo(present);
  }

  @Test
  void theSettingWinsOverTheEnvironmentAndThatOverTheDefault() {
    Map<String, String> environment = Map.of("RUNLAKE_TRACKING_URI", "delta:/env");
    Map<String, String> local = Map.of("spark.master", "local");
    assertThat(AutologSettings.read(local, environment, true, complaints).trackingUri())
        .contains("delta:/env");
    Map<String, String> set = Map.of("spark.runlake.tracking.uri", "delta:/set");
    assertThat(AutologSettings.read(set, environment, true, complaints).trackingUri())
        .contains("delta:/set");
  }

  @Test
  void anUnknownKeyNamesTheNearestAndChangesNothing() {
    read(Map.of("spark.runlake.autolog.model", "false", "spark.runlake.zzz", "1"));
    assertThat(complaints)
        .containsExactly(
            "the unknown setting spark.runlake.autolog.model is ignored; did you mean"
                + " 'spark.runlake.autolog.models'?",
            "the unknown setting spark.runlake.zzz is ignored");
  }

  @Test
  void aValueThatCannotBeReadIsTheDefault() {
    AutologSettings settings =
        read(
            Map.of(
                AutologSetting.MODELS.key(), "yes",
                AutologSetting.SUMMARIES.key(), "some",
                AutologSetting.SAVE_TIMEOUT.key(), "soon"));
    assertThat(settings.models()).isTrue();
    assertThat(settings.jobSummaries()).isFalse();
    assertThat(settings.saveTimeout()).isEqualTo(Duration.ofSeconds(120));
    assertThat(complaints)
        .hasSize(3)
        .anySatisfy(c -> assertThat(c).contains("models=yes is neither true nor false"));
  }

  @Test
  void tagsArePairs() {
    Map<String, String> conf = Map.of(AutologSetting.TAGS.key(), " team = ml , a=b=c,odd, ");
    assertThat(read(conf).tags()).isEqualTo(Map.of("team", "ml", "a", "b=c"));
    assertThat(complaints).singleElement().asString().contains("odd is no key=value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                           | ''                  | true",
        "LogisticRegression           | ''                  | true",
        "*Regression                  | ''                  | true",
        "Linear*, Logistic*           | ''                  | true",
        "Logistic                     | ''                  | false",
        "org.apache.spark.ml.*        | ''                  | true",
        "org.apache.spark.ml.feature.* | ''                 | false",
        "org.apache.spark.ml.classification.LogisticRegression | '' | true",
        "''                           | *Logistic*          | false",
        "org.apache.*                 | *.classification.*  | false",
        "''                           | KMeans              | true"
      })
  void estimatorsAreChosenByPatterns(String in, String out, boolean logged) {
    assertThat(EstimatorChoice.of(in, out).logs(LogisticRegression.class)).isEqualTo(logged);
  }

  @ParameterizedTest
  @CsvSource({"30,PT30S", "30s,PT30S", "2m,PT2M", "2min,PT2M", "1h,PT1H", "250ms,PT0.25S"})
  void times(String text, Duration expected) {
    assertThat(read(Map.of(AutologSetting.SAVE_TIMEOUT.key(), text)).saveTimeout())
        .isEqualTo(expected);
  }
}
