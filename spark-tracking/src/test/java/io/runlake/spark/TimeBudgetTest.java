package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is waited for, what not, and what becomes of it. */
class TimeBudgetTest {
  private static final Duration SHORT = Duration.ofMillis(1);

  private final CountDownLatch hang = new CountDownLatch(1);
  private final List<String> done = new CopyOnWriteArrayList<>();

  @BeforeEach
  void cleanSlate() {
    AutologFixture.awaitNoneLeft();
    Guard.reset();
  }

  @AfterEach
  void end() {
    hang.countDown();
    AutologFixture.awaitNoneLeft();
    Guard.reset();
  }

  private void hangs() {
    try {
      hang.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsLateIsDoneInOrderAndIsNoError() {
    TimeBudget budget = new TimeBudget(SHORT);
    List<Runnable> works =
        List.of(
            () -> {
              hangs();
              done.add("first");
            },
            () -> done.add("second"));
    for (Runnable work : works) {
      assertThatThrownBy(() -> budget.run(work))
          .isInstanceOfSatisfying(
              TimeBudget.Late.class, late -> Guard.failed("a fit could not be logged", late));
    }
    assertThat(TimeBudget.left()).isEqualTo(works.size());
    assertThat(done).isEmpty();
    hang.countDown();
    AutologFixture.awaitNoneLeft();
    assertThat(done).containsExactly("first", "second");
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void whatFailsWhenNobodyWaitsAnyMoreIsAnError() {
    assertThatThrownBy(
            () ->
                new TimeBudget(SHORT)
                    .run(
                        () -> {
                          hangs();
                          throw new NoClassDefFoundError("on purpose");
                        }))
        .isInstanceOf(TimeBudget.Late.class);
    assertThat(Guard.failures()).isZero();
    hang.countDown();
    AutologFixture.awaitNoneLeft();
    assertThat(Guard.failures()).isOne();
  }

  @Test
  void whatComesOfALateCallIsLost() {
    assertThatThrownBy(
            () ->
                new TimeBudget(SHORT)
                    .call(
                        () -> {
                          hangs();
                          return "figures";
                        }))
        .isExactlyInstanceOf(TimeoutException.class)
        .satisfies(lost -> Guard.failed("figures could not be read", lost));
    assertThat(Guard.failures()).isOne();
  }

  /** A hang is waited for once; what does not hang is done meanwhile, until too much does. */
  @Test
  void besideAHangNobodyWaitsLongAndManyOfThemSwitchOffUntilTheyEnd() throws Throwable {
    for (int i = 0; !Guard.off(); i++) {
      assertThat(i).isLessThan(100);
      assertThat(new TimeBudget(Duration.ofMinutes(1)).call(() -> "quick")).isEqualTo("quick");
      assertThatThrownBy(() -> new TimeBudget(SHORT).run(this::hangs))
          .isInstanceOf(TimeBudget.Late.class);
    }
    assertThatThrownBy(() -> new TimeBudget(Duration.ofMinutes(1)).run(this::hangs))
        .isInstanceOf(TimeBudget.Late.class)
        .hasMessageContaining("0.1 s");
    hang.countDown();
    AutologFixture.awaitNoneLeft();
    assertThat(Guard.off()).isFalse();
  }
}
