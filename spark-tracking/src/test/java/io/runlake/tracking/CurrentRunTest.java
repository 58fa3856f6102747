package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.MemoryStore;
import io.runlake.store.RunStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CurrentRunTest {
  private final Runlake runlake = Runlake.over(new MemoryStore("current"));
  private final List<String> news = new CopyOnWriteArrayList<>();

  private final class Recorder implements CurrentRun {
    @Override
    public void entered(ActiveRun run) {
      news.add("entered " + run.name() + " " + LiveRuns.find(run.id()).isPresent());
    }

    @Override
    public void left(ActiveRun run) {
      news.add("left " + run.name() + " " + LiveRuns.find(run.id()).isPresent());
    }
  }

  @AfterEach
  void close() {
    CurrentRun.mirror(null);
    runlake.close();
  }

  @Test
  void hearsOfEveryStartAndOfEveryEndOnce() {
    CurrentRun.mirror(new Recorder());
    runlake.withRun(RunSpec.of("e").withName("a"), run -> 1);
    ActiveRun outer = runlake.startRun(RunSpec.of("e").withName("b"));
    ActiveRun inner = outer.startNested("c");
    inner.endRun();
    inner.close();
    outer.close();
    assertThat(news)
        .containsExactly(
            "entered a true",
            "left a false",
            "entered b true",
            "entered c true",
            "left c false",
            "left b false");
  }

  @Test
  void whatItThrowsGoesNoFurther() {
    CurrentRun.mirror(
        new CurrentRun() {
          @Override
          public void entered(ActiveRun run) {
            throw new IllegalStateException("entered");
          }

          @Override
          public void left(ActiveRun run) {
            throw new NoClassDefFoundError("left");
          }
        });
    ActiveRun run = runlake.startRun("e");
    run.endRun();
    assertThat(runlake.getRun(run.id()).orElseThrow().status()).isEqualTo(RunStatus.FINISHED);
  }
}
