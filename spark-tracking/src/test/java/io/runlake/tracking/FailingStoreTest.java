package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.MemoryStore;
import io.runlake.store.RunStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of what was logged while the store refuses, and when it takes again. */
class FailingStoreTest {
  private final MemoryStore healthy = new MemoryStore("healthy");
  private final RefusingStore store = new RefusingStore(healthy);
  private final Runlake runlake =
      Runlake.over(store, RunlakeOptions.defaults().withFlushEvery(Duration.ofHours(1)));

  private static TrackingException refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    TrackingException refused = catchThrowableOfType(TrackingException.class, call);
    assertThat(refused).as("the store refuses").isNotNull();
    assertThat(refused.errorCode()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE);
    assertThat(refused).hasMessageContaining("no room");
    return refused;
  }

  /** A run that could not be ended stays the thread's own, also for the tests after this one. */
  @AfterEach
  void endWhatIsLive() {
    store.refuse = false;
    LiveRuns.of(runlake).forEach(ActiveRun::close);
  }

  @Test
  void whatTheStoreRefusedIsKeptAndTriedAgain() {
    ActiveRun run = runlake.startRun("e");
    run.logParam("p", "1");
    store.refuse = true;
    run.logMetric("m", 1, 1);
    refused(run::flush);
    run.logMetric("m", 2, 2);
    run.setTag("t", "x");
    refused(run::endRun);
    assertThat(run.ended()).isFalse();
    assertThat(LiveRuns.find(run.id())).isPresent();
    store.refuse = false;
    run.endRun();
    assertThat(run.ended()).isTrue();
    Run read = runlake.getRun(run.id()).orElseThrow();
    assertThat(read.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(read.params()).containsEntry("p", "1");
    assertThat(read.tags()).containsEntry("t", "x");
    assertThat(runlake.metricHistory(run.id(), "m")).hasSize(2);
    runlake.close();
  }

  @Test
  void aFailingStoreIsNotAskedAtEveryChange() {
    Runlake small =
        Runlake.over(
            store, RunlakeOptions.defaults().withFlushAt(10).withFlushEvery(Duration.ofHours(1)));
    ActiveRun run = small.startRun("e");
    store.refuse = true;
    for (int i = 0; i < 1000; i++) {
      run.logMetric("m", i, i);
    }
    assertThat(store.asked.get()).isLessThan(10);
    store.refuse = false;
    small.close();
    assertThat(runlake.metricHistory(run.id(), "m")).hasSize(1000);
  }

  @Test
  void theUsersErrorComesBackEvenIfTheEndCannotBeWritten() {
    IllegalStateException error = new IllegalStateException("mine");
    Throwable caught =
        catchThrowable(
            () ->
                runlake.withRun(
                    RunSpec.of("e"),
                    run -> {
                      store.refuse = true;
                      throw error;
                    }));
    assertThat(caught).isSameAs(error);
    assertThat(caught.getSuppressed()).hasSize(1);
    assertThat(caught.getSuppressed()[0]).hasMessageContaining("no room");
    refused(runlake::close);
    assertThat(store.closed).as("a store of someone else stays open").isFalse();
  }

  @Test
  void closingSaysWhatIsLostAndLeavesNoLiveRun() {
    ActiveRun run = runlake.startRun("e");
    store.refuse = true;
    refused(runlake::close);
    store.refuse = false;
    run.close();
    assertThat(run.ended()).isTrue();
    assertThat(healthy.runs().find(run.id()).orElseThrow().status().orElseThrow().status())
        .isEqualTo(RunStatus.FAILED);
  }

  @Test
  void pointsBeyondTheLimitAreRefusedAndCountedAndTheRunSaysSo() {
    Runlake bounded =
        Runlake.over(
            store,
            RunlakeOptions.defaults()
                .withFlushEvery(Duration.ofHours(1))
                .withFlushAt(10)
                .withMaxWaitingPoints(100));
    ActiveRun run = bounded.startRun("e");
    run.flush();
    store.refuse = true;
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      int step = i;
      Throwable thrown = catchThrowable(() -> run.logMetric("m", step, step));
      if (thrown != null) {
        assertThat(thrown)
            .isInstanceOf(TrackingException.class)
            .hasMessageContaining("100 metric points wait")
            .hasMessageContaining("Check that the storage");
        refused++;
      }
    }
    assertThat(refused).isEqualTo(50);
    run.setTag("still", "taken");
    assertThat(bounded.counters()).isEqualTo(new PointCounters(100, 0, 50));
    store.refuse = false;
    run.endRun();
    assertThat(bounded.counters()).isEqualTo(new PointCounters(100, 100, 50));
    assertThat(bounded.metricHistory(run.id(), "m")).hasSize(100);
    assertThat(bounded.getRun(run.id()).orElseThrow().tags())
        .containsEntry("still", "taken")
        .hasEntrySatisfying(
            Tags.INCOMPLETE, why -> assertThat(why).startsWith("50 metric points were refused"));
    ActiveRun whole = bounded.startRun("e");
    whole.logMetric("m", 1);
    whole.endRun();
    assertThat(bounded.getRun(whole.id()).orElseThrow().tags()).doesNotContainKey(Tags.INCOMPLETE);
    bounded.close();
  }

  @Test
  void whatWasNeverWrittenCountsAsShedWhenItsRunlakeCloses() {
    Runlake closing =
        Runlake.over(store, RunlakeOptions.defaults().withFlushEvery(Duration.ofHours(1)));
    ActiveRun run = closing.startRun("e");
    run.logMetric("m", 1);
    store.refuse = true;
    refused(closing::close);
    assertThat(closing.counters()).isEqualTo(new PointCounters(1, 0, 1));
    assertThat(run.ended()).isFalse();
    store.refuse = false;
    run.close();
  }
}
