package io.runlake.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.ObservedCounts.Counted;
import io.runlake.testkit.TestSpark;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class ObservedCountsTest {
  @Test
  void whatIsAnsweredIsKeptByWhoAskedAndForgottenByTheListener() {
    SparkSession spark = TestSpark.session().newSession();
    try (ObservedCounts counts = new ObservedCounts(spark)) {
      Counted seven = counts.count(spark.range(7).toDF(), "seven");
      Counted three = counts.count(spark.range(3).toDF(), "three");
      assertThat(counts.waiting()).isEqualTo(2);
      seven.rows().collectAsList();
      assertThat(counts.await(seven)).isEqualTo(7);
      three.rows().collectAsList();
      assertThat(counts.await(three)).isEqualTo(3);
      assertThat(counts.await(seven)).as("asked again").isEqualTo(7);
      assertThat(counts.waiting()).isZero();
    }
  }
}
