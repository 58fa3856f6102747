package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Jobs that run at the same time. */
@Tag("slow")
class RaceTest {
  private static final String DATE = "2015-02-04";

  @TempDir static Path shared;
  static String store;

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private Fixture fixture;

  @BeforeAll
  static void register() {
    store = Fixture.storeWithModels(shared);
  }

  @BeforeEach
  void output() {
    fixture = new Fixture(store, folder.resolve("scores"));
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void theSameNightStartedTwiceAtOnce() throws Exception {
    CyclicBarrier bothClaimed = new CyclicBarrier(2);
    List<Future<Started>> starts = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      starts.add(threads.submit(() -> fixture.score(meetAt(Step.CLAIMED, bothClaimed))));
    }

    List<ExitCode> exits = List.of(exit(starts.get(0)), exit(starts.get(1)));

    assertThat(exits).contains(ExitCode.DONE);
    assertThat(exits).isSubsetOf(ExitCode.DONE, ExitCode.SUPERSEDED);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
  }

  @Test
  void aSlowAttemptThatWasOvertakenEndsAsSuperseded() throws Exception {
    for (Step pause : List.of(Step.CLAIMED, Step.QUARANTINED, Step.SCORES_WRITTEN)) {
      Fixture each = new Fixture(store, folder.resolve("scores-" + pause));
      Pause held = new Pause(pause);
      Future<Started> slow = threads.submit(() -> each.score(held));
      held.awaitReached();

      assertThat(each.score("--model", "models:/occupancy/2").exit()).isEqualTo(ExitCode.DONE);
      long version = each.version();
      held.goOn();

      Started overtaken = slow.get(5, TimeUnit.MINUTES);
      assertThat(overtaken.exit())
          .as(pause + ": " + overtaken.err())
          .isEqualTo(ExitCode.SUPERSEDED);
      assertThat(overtaken.err()).contains("superseded by attempt 2");
      assertThat(each.version()).isEqualTo(version);
      each.assertNight("nightly", DATE, "datatest.txt", 2);
    }
  }

  /** Before its write begins it has to look; while it writes Delta sees the conflict. */
  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"QUARANTINED", "SCORES_WRITTEN"})
  void anAttemptThatFindsTheNightDoneWithAnotherModelIsRefused(Step step) throws Exception {
    Pause first = new Pause(Step.QUARANTINED);
    Pause second = new Pause(step);
    Future<Started> one = threads.submit(() -> fixture.score(first));
    first.awaitReached();
    Future<Started> two =
        threads.submit(() -> fixture.score(second, "--model", "models:/occupancy/2"));
    second.awaitReached();

    first.goOn();
    assertThat(one.get(5, TimeUnit.MINUTES).exit()).isEqualTo(ExitCode.DONE);
    second.goOn();

    assertThat(two.get(5, TimeUnit.MINUTES).exit()).isEqualTo(ExitCode.REFUSED);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
  }

  @Test
  void firstNightsOfSeveralJobsOnOneNewTable() throws Exception {
    CyclicBarrier allWritten = new CyclicBarrier(3);
    List<Future<Started>> starts = new ArrayList<>();
    for (String job : List.of("a", "b", "c")) {
      starts.add(
          threads.submit(
              () -> fixture.score(meetAt(Step.SCORES_WRITTEN, allWritten), "--job", job)));
    }

    for (Future<Started> start : starts) {
      Started started = start.get(5, TimeUnit.MINUTES);
      assertThat(started.exit()).as(started.err()).isEqualTo(ExitCode.DONE);
    }
    for (String job : List.of("a", "b", "c")) {
      fixture.assertNight(job, DATE, "datatest.txt", 1);
    }
    assertThat(fixture.scores().count()).isEqualTo(3 * Occupancy.DATATEST);
  }

  private static ExitCode exit(Future<Started> start) throws Exception {
    return start.get(5, TimeUnit.MINUTES).exit();
  }

  /** Waits for the others the first time that a step is reached; a retry does not wait again. */
  private static Step.Listener meetAt(Step wanted, CyclicBarrier barrier) {
    CountDownLatch once = new CountDownLatch(1);
    return step -> {
      if (step == wanted && once.getCount() == 1) {
        once.countDown();
        try {
          barrier.await(3, TimeUnit.MINUTES);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  /** Holds a job at a step. */
  private static final class Pause implements Step.Listener {
    private final Step wanted;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private Pause(Step wanted) {
      this.wanted = wanted;
    }

    @Override
    public void reached(Step step) {
      if (step == wanted) {
        reached.countDown();
        await(released);
      }
    }

    private void awaitReached() {
      await(reached);
    }

    private void goOn() {
      released.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(5, TimeUnit.MINUTES)) {
          throw new IllegalStateException("waited too long");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
