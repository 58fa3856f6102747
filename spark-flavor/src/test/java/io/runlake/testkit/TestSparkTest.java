package io.runlake.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

class TestSparkTest {
  @Test
  void theOptionsOfTestForksAreThoseOfSparksLauncher() {
    assertThat(System.getProperty("runlake.spark.module.options"))
        .isEqualTo(JavaModuleOptions.defaultModuleOptions());
  }

  @Test
  void theTelemetryReadsWithItsEightColumns() {
    var training = TestSpark.occupancy("datatraining.txt");
    assertThat(training.count()).isEqualTo(8143);
    assertThat(training.filter("Occupancy in (0, 1) and Light >= 0").count()).isEqualTo(8143);
  }
}
