package io.runlake.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SteadyTest {
  private final Steady steady =
      new Steady(
          Map.of("/tmp/x/lake", "/tmp/occupancy", "/tmp/x", "wrong"), LocalDate.of(2026, 3, 1));

  @Test
  void placesBecomeTheirDefaults() {
    assertThat(steady.text("written to file:/tmp/x/lake/scores"))
        .isEqualTo("written to file:/tmp/occupancy/scores");
  }

  @Test
  void aRunIdIsANumberThatIsTheSameEverywhere() {
    String one = "01a1fc0e675c7aecb239dfcc506bab12";
    String two = "01a1fc0e2e2f73d49fc6bbd477376e33";
    assertThat(steady.text(two + "|" + one + "|" + two))
        .isEqualTo("%032x|%032x|%032x".formatted(1, 2, 1));
    assertThat(steady.text(one)).isEqualTo("%032x".formatted(2));
    assertThat(steady.text("2f1de1f0-6b3e-4c39-a7a9-0a4bbc7a2a01"))
        .isEqualTo("00000000-0000-0000-0000-%012x".formatted(3));
  }

  @Test
  void onlyTheTimesOfTheExecutionGo() {
    assertThat(
            steady.text("2026-03-01 12:13:14.5, 2026-02-28T23:59, 2026-03-02, 2015-02-04 17:51:00"))
        .isEqualTo("2026-01-01 00:00:00.0, 2026-01-01T00:00, 2026-01-01, 2015-02-04 17:51:00");
  }

  @Test
  void secondsGoAndFiguresStay() {
    assertThat(steady.text("load took 12.3 s\n  seconds      load 1.2, score 3.4\nrmse 1.2"))
        .isEqualTo("load took 0.0 s\n  seconds      load 0.0, score 0.0\nrmse 1.2");
  }
}
