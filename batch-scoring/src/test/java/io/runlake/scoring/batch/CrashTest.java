package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.runlake.scoring.ExitCode;
import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nights that die at each of their steps, and are started again. */
@Tag("slow")
class CrashTest {
  private static final String DATE = "2015-02-04";

  @TempDir static Path shared;
  static String store;

  @TempDir Path folder;
  private Fixture fixture;
  private String input;

  @BeforeAll
  static void register() {
    store = Fixture.storeWithModels(shared);
  }

  /** Three rows of the input cannot be scored, so that a stale quarantine would show. */
  @BeforeEach
  void output() throws IOException {
    fixture = new Fixture(store, folder.resolve("scores"));
    Path poisoned =
        Files.copy(TestSpark.occupancyFile("datatest.txt"), folder.resolve("poisoned.csv"));
    Files.writeString(poisoned, "\"1\",poison\n".repeat(3), StandardOpenOption.APPEND);
    input = poisoned.toString();
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void aFirstNightThatDiesIsWholeAfterTheNextStart(Step step) {
    halt(step);

    Started again = fixture.score("--input.path", input);

    assertThat(again.exit()).isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
    assertThat(fixture.countingQuarantine("nightly", DATE)).isEqualTo(3);
    assertThat(fixture.quarantine().count()).isEqualTo(3);
    if (step == Step.SCORED) {
      assertThat(again.out()).contains("is done already");
    }
  }

  @ParameterizedTest
  @EnumSource(value = Step.class, names = "SCORED", mode = EnumSource.Mode.EXCLUDE)
  void aForcedNightThatDiesLeavesTheLastDoneNight(Step step) {
    assertThat(fixture.score("--input.path", input).exit()).isEqualTo(ExitCode.DONE);

    halt(step, "--model", "models:/occupancy/2", "--force");

    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
    assertThat(fixture.countingQuarantine("nightly", DATE)).isEqualTo(3);
    Started same = fixture.score("--input.path", input);
    assertThat(same.exit()).isEqualTo(ExitCode.DONE);
    assertThat(same.out()).contains("is done already").contains("2665 scored + 3 quarantined");
    assertThat(
            fixture
                .score("--input.path", input, "--model", "models:/occupancy/2", "--force")
                .exit())
        .isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest.txt", 2);
    assertThat(fixture.quarantine().count()).isEqualTo(3);
    assertThat(fixture.countingQuarantine("nightly", DATE)).isEqualTo(3);
  }

  private void halt(Step step, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--input.path";
    arguments[1] = input;
    System.arraycopy(more, 0, arguments, 2, more.length);
    assertThatExceptionOfType(Started.Halt.class)
        .isThrownBy(() -> fixture.score(Started.haltAt(step), arguments));
  }
}
