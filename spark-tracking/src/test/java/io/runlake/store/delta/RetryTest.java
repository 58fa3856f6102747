package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a change is tried again, by a clock that the test turns. */
class RetryTest {
  private final AtomicLong now = new AtomicLong();
  private final List<Long> pauses = new ArrayList<>();
  private Retry.Attempts attempts;

  @BeforeEach
  void begin() {
    attempts =
        new Retry(Duration.ofSeconds(60), Duration.ofSeconds(15), now::get, pauses::add).begin();
  }

  private void passes(int seconds) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void aStorageMayFailForAsLongAsIsAllowedFromItsFirstFailureOn() throws Exception {
    assertThat(attempts.afterConflict()).isTrue();
    passes(40);
    assertThat(attempts.afterFailure()).as("the first failure, late").isTrue();
    passes(14);
    assertThat(attempts.afterFailure()).isTrue();
    passes(1);
    assertThat(attempts.afterFailure()).isFalse();
  }

  @Test
  void anAnswerBetweenTwoFailuresEndsTheFirstOne() throws Exception {
    assertThat(attempts.afterFailure()).isTrue();
    passes(10);
    assertThat(attempts.afterConflict()).isTrue();
    passes(10);
    assertThat(attempts.afterFailure()).isTrue();
    passes(14);
    assertThat(attempts.afterFailure()).isTrue();
  }

  @Test
  void othersMayWinForAsLongAsIsAllowedFromTheStartOn() throws Exception {
    passes(59);
    assertThat(attempts.afterConflict()).isTrue();
    passes(1);
    assertThat(attempts.afterConflict()).isFalse();
  }

  @Test
  void pausesAfterConflictsDoNotOutgrowWhatAnAttemptTakes() throws Exception {
    for (int i = 0; i < 500; i++) {
      now.addAndGet(Duration.ofMillis(10).toNanos());
      assertThat(attempts.afterConflict()).isTrue();
    }
    assertThat(pauses).hasSize(500).allMatch(pause -> pause <= 80);
    assertThat(pauses.subList(10, 500)).as("they grow as far as that").anyMatch(p -> p > 60);
    pauses.clear();
    for (int i = 0; i < 10; i++) {
      passes(1);
      assertThat(attempts.afterConflict()).isTrue();
    }
    assertThat(pauses).allMatch(pause -> pause <= 1000).anyMatch(pause -> pause > 80);
  }

  @Test
  void pausesAfterFailuresGrowToASecond() throws Exception {
    for (int i = 0; i < 200; i++) {
      assertThat(attempts.afterFailure()).isTrue();
    }
    assertThat(pauses).allMatch(pause -> pause <= 1000).anyMatch(pause -> pause > 500);
  }
}
