package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.streaming.control.Starts;
import io.runlake.scoring.streaming.control.Starts.End;
import io.runlake.scoring.streaming.control.Starts.Start;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command writes for a job, and what it makes of what the job wrote. */
class StreamCommandTest {
  @TempDir Path checkpoint;

  @Test
  void theLatestStartAndNoOtherIsAskedToStop() {
    try (Store store = Stores.open("delta:" + checkpoint, StoreOptions.defaults())) {
      Starts starts = new Starts(store.claims(), store.root());
      start(starts);
      starts.ended(1, new End(1, "the disk is full.", Instant.now()));
      start(starts);

      Answers asked = stop();
      assertThat(asked.exitCode()).as(asked.err()).isZero();
      assertThat(asked.out()).contains("'telemetry'", "start 2", "process 4711 on somewhere");
      assertThat(starts.stopRequested(1)).isFalse();
      assertThat(starts.stopRequested(2)).isTrue();
      assertThat(stop().out()).startsWith("Asked before");

      Answers waited = stop("--wait", "--timeout", "1");
      assertThat(waited.exitCode()).isEqualTo(ExitCode.FAILURE);
      assertThat(waited.err())
          .startsWith("runlake: The job did not end within 1 s")
          .contains("4711")
          .doesNotContain("Exception");

      starts.ended(2, new End(0, "runlake stream stop asked for it", Instant.now()));
      assertThat(stop("--wait").out()).contains("has ended already, with exit code 0");
      assertThat(start(starts).number()).isEqualTo(3);
      assertThat(starts.stopRequested(3)).isFalse();
    }
  }

  @Test
  void aCheckpointOfNoJobIsWrongUsageAndStaysEmpty() {
    Answers none = stop();
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("No streaming job", checkpoint.toString());
    assertThat(Answers.to("stream", "stop").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(Answers.to("stream", "stop", "--checkpoint", "").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(checkpoint).isEmptyDirectory();
  }

  private Answers stop(String... more) {
    return Answers.to(
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("stream", "stop", "--checkpoint", checkpoint.toString()),
                java.util.stream.Stream.of(more))
            .toArray(String[]::new));
  }

  private static Start start(Starts starts) {
    return starts.claim(
        new Start(0, "telemetry", "f".repeat(32), "/in", "/out", "somewhere", 4711, Instant.now()));
  }
}
