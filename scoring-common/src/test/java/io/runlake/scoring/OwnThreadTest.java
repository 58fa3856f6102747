package io.runlake.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.testkit.TestSpark;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class OwnThreadTest {
  private final SparkSession spark = TestSpark.session();

  @Test
  void givesWhatTheWorkGivesAndThrowsWhatItThrows() {
    assertThat(OwnThread.call("sum", spark, () -> 1 + 2)).isEqualTo(3);
    IllegalStateException thrown = new IllegalStateException("x");
    assertThatThrownBy(
            () ->
                OwnThread.call(
                    "fails",
                    spark,
                    () -> {
                      throw thrown;
                    }))
        .isSameAs(thrown);
  }

  @Test
  void whoIsInterruptedGoesOnWhenTheWorkHasEnded() {
    AtomicBoolean ended = new AtomicBoolean();
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                OwnThread.call(
                    "write",
                    spark,
                    () -> {
                      caller.interrupt();
                      untilInterrupted();
                      ended.set(true);
                      return null;
                    }))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("Interrupted while waiting for write");
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(ended).isTrue();
  }

  /** And some time longer, as a write does that an interrupt does not stop at once. */
  private static void untilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stop) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }
}
