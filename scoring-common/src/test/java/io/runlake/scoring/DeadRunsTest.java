package io.runlake.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.store.StoreOptions;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadRunsTest {
  private static final String STORE = "memory:dead-runs";

  private static RunStatus status(Runlake runlake, RunId run) {
    return runlake.getRun(run).orElseThrow().status();
  }

  @Test
  void aJobEndsTheDeadRunsOfItsOwnExperiment() {
    RunlakeOptions hourAgo =
        RunlakeOptions.defaults()
            .withClock(Clock.offset(Clock.systemUTC(), Duration.ofHours(1).negated()));
    Runlake dead = Runlake.open(STORE, StoreOptions.defaults(), hourAgo);
    ActiveRun mine = dead.startRun("scoring/night");
    ActiveRun anothers = dead.startRun("training");
    dead.flush();
    try (Runlake runlake = Runlake.open(STORE)) {
      ActiveRun live = runlake.startRun("scoring/night");
      DeadRuns.endIn(runlake, "nobody's");
      DeadRuns.endIn(runlake, "scoring/night");
      assertThat(status(runlake, mine.id())).isEqualTo(RunStatus.KILLED);
      assertThat(status(runlake, live.id())).isEqualTo(RunStatus.RUNNING);
      assertThat(status(runlake, anothers.id())).isEqualTo(RunStatus.RUNNING);
    }
    dead.close();
  }

  @Test
  void aStoreThatDoesNotAnswerFailsNoJob() {
    try (Runlake runlake = Runlake.open("delta:/dev/null/store")) {
      DeadRuns.endIn(runlake, "scoring/night");
    }
  }
}
