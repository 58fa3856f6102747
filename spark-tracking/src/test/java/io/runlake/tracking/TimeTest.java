package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.MemoryStore;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What happens by time: flushes, leases, and the clock of a run. */
class TimeTest {
  private final MemoryStore store = new MemoryStore("time");

  /** A clock that stands until it is set. */
  private static final class SetClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 20 seconds").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void changesAreWrittenByTimeAlone() {
    RunlakeOptions options = RunlakeOptions.defaults().withFlushEvery(Duration.ofMillis(20));
    try (Runlake runlake = Runlake.over(store, options)) {
      ActiveRun run = runlake.startRun("e");
      run.logMetric("m", 1);
      await(() -> store.runs().find(run.id()).isPresent());
      run.setTag("late", "yes");
      await(() -> store.runs().find(run.id()).orElseThrow().tags().containsKey("late"));
      run.endRun();
    }
  }

  @Test
  void changesAreWrittenBySizeAlone() {
    RunlakeOptions options =
        RunlakeOptions.defaults().withFlushEvery(Duration.ofHours(1)).withFlushAt(50);
    try (Runlake runlake = Runlake.over(store, options)) {
      ActiveRun run = runlake.startRun("e");
      for (int i = 0; i < 100; i++) {
        run.logMetric("m", i, i);
      }
      assertThat(store.runs().find(run.id())).isPresent();
      assertThat(store.counters().accepted()).isBetween(1L, 4L);
      run.endRun();
    }
  }

  @Test
  void leasesOfLiveRunsAreRenewed() {
    SetClock clock = new SetClock();
    RunlakeOptions options =
        RunlakeOptions.defaults().withFlushEvery(Duration.ofMillis(10)).withClock(clock);
    try (Runlake runlake = Runlake.over(store, options)) {
      ActiveRun run = runlake.startRun("e");
      run.flush();
      Instant start = clock.now;
      assertThat(lease(run)).isEqualTo(start.plus(Duration.ofMinutes(10)));
      clock.now = start.plus(Duration.ofMinutes(4));
      await(() -> lease(run).equals(start.plus(Duration.ofMinutes(14))));
      run.endRun();
      clock.now = start.plus(Duration.ofMinutes(40));
      ActiveRun other = runlake.startRun("e");
      await(() -> store.runs().find(other.id()).isPresent());
      clock.now = start.plus(Duration.ofMinutes(60));
      await(() -> lease(other).equals(start.plus(Duration.ofMinutes(70))));
      assertThat(lease(run)).isEqualTo(start.plus(Duration.ofMinutes(14)));
      other.endRun();
    }
  }

  private Instant lease(ActiveRun run) {
    return store.runs().find(run.id()).orElseThrow().leaseUntil().orElseThrow();
  }

  @Test
  void anEditWinsOverWhatItReadThoughItsClockIsBehind() {
    SetClock ahead = new SetClock();
    ahead.now = Instant.parse("2030-01-01T00:00:00Z");
    SetClock behind = new SetClock();
    try (Runlake first = Runlake.over(store, RunlakeOptions.defaults().withClock(ahead));
        Runlake second = Runlake.over(store, RunlakeOptions.defaults().withClock(behind))) {
      ActiveRun run = first.startRun(RunSpec.of("e").withTag("t", "z"));
      run.endRun();
      try (RunEditor editor = second.edit(run.id())) {
        editor.setTag("t", "a");
        editor.setTag("t", "b");
        editor.setTag("t", "a");
      }
      RunRow row = store.runs().find(run.id()).orElseThrow();
      Stamp tag = row.tags().get("t");
      assertThat(tag.value()).contains("a");
      assertThat(tag.at()).isGreaterThan(ahead.now.toEpochMilli());
    }
  }
}
