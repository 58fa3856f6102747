package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Evaluations that somebody asks for, where the store is in trouble. */
@Tag("slow")
class EvaluateOnFaultyStoreTest extends OnFaultyStore {
  private static final Duration SLACK = Duration.ofSeconds(5);

  @Test
  void anEvaluationWaitsForAStoreThatHangsNoLongerThanAFitAndIsLoggedInTheEnd() throws Exception {
    set(AutologSetting.ENABLED, "true");
    Dataset<Row> predictions =
        fixture.data.withColumn("label", col("CO2")).withColumn("prediction", col("Light"));
    Evaluate.regressor(predictions);
    Duration took =
        inUsersRun(
            () -> {
              store.breaks(FaultyStore.Verb.APPEND, Fault.HANG::strike);
              long began = System.nanoTime();
              assertThat(Evaluate.regressor(predictions).metrics()).isNotEmpty();
              return Duration.ofNanos(System.nanoTime() - began);
            });
    assertThat(took).isLessThan(FitScope.BUDGET.plus(SLACK));
    AutologFixture.awaitNoneLeft();
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(runs()).hasSize(1);
    assertThat(runs().get(0).metrics()).containsKey("root_mean_squared_error");
  }
}
