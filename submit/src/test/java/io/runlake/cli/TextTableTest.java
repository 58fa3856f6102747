package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertThat(new TextTable("NAME", "N").row("a", "1").row("occupancy", "20").toString().lines())
        .containsExactly("NAME       N", "a          1", "occupancy  20");
  }

  @Test
  void aCellWithLineBreaksStaysInItsLine() {
    assertThat(new TextTable("A").row("x\ny\tz\u001b[31m").toString().lines())
        .containsExactly("A", "x y z [31m");
  }

  @Test
  void nothingThatOthersWroteMovesTheCursorOrTurnsTheText() {
    assertThat(Texts.printable("a\u001b[2Jb\u009b31mc\u202etxt.exe\u2028d"))
        .isEqualTo("a [2Jb 31mc txt.exe d");
    Answers answer = Answers.to("runs", "--\u001b[31mforged\nrunlake: all is well");
    assertThat(answer.err().lines()).hasSize(2);
    assertThat(answer.err()).doesNotContain("\u001b");
  }

  @Test
  void noRowsAreSaid() {
    assertThat(new TextTable("A").toString().strip()).isEqualTo("(none)");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new TextTable("A", "B").row("1"))
        .hasMessage("1 cells under 2 headings");
  }
}
