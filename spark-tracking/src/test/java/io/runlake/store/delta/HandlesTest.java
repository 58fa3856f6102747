package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process holds while it logs: few threads, all daemons, and no file handle per run. */
@Tag("slow")
@Timeout(300)
class HandlesTest {
  private static final Path HANDLES = Path.of("/proc/self/fd");

  @TempDir Path folder;

  private List<Path> handles() throws IOException {
    try (var open = Files.list(HANDLES)) {
      return open.map(HandlesTest::target).filter(file -> file.startsWith(folder)).toList();
    }
  }

  /** A checkpoint may be in writing at the moment, and a busy disk take its time to sync it. */
  private void assertNoHandleStays() throws IOException {
    long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    List<Path> open = handles();
    while (!open.isEmpty() && System.nanoTime() < until) {
      Thread.onSpinWait();
      open = handles();
    }
    assertThat(open).isEmpty();
  }

  private static Path target(Path handle) {
    try {
      return Files.readSymbolicLink(handle);
    } catch (IOException closedMeanwhile) {
      return handle;
    }
  }

  private List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("runlake-"))
        .filter(
            thread ->
                thread.getName().equals("runlake-flush")
                    || thread.getName().contains(folder.toString()))
        .toList();
  }

  @Test
  void fiveHundredRunsLeaveNoHandleAndNoThread() throws Exception {
    assumeThat(HANDLES).exists();
    long flushersBefore = threads().size();
    try (Runlake runlake = Runlake.open("delta:" + folder.resolve("root"))) {
      run(runlake);
      assertNoHandleStays();
      for (int i = 0; i < 500; i++) {
        run(runlake);
      }
      assertNoHandleStays();
      assertThat(threads().size() - flushersBefore)
          .as("flush, commit, and an assistant that goes when it is idle")
          .isBetween(1L, 3L);
      assertThat(threads()).allMatch(Thread::isDaemon);
    }
    for (Thread last : threads()) {
      if (last.getName().contains(folder.toString())) {
        // Its pool has ended; the thread may still be on its last instructions.
        last.join(1000);
        assertThat(last.isAlive()).as(last.getName()).isFalse();
      }
    }
  }

  private static void run(Runlake runlake) {
    try (ActiveRun run = runlake.startRun("handles")) {
      run.logParam("p", 1);
      run.logMetric("m", 1);
      run.endRun();
    }
  }
}
