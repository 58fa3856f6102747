package io.runlake.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScalaCellsTest {
  @Test
  void ofWhatTheInterpreterSaysValuesAreShownAndDefinitionsNamed() {
    var said =
        ScalaCells.Said.of(
            """
            import a.b
            val path: String = /somewhere = else
            val text: String =
            "two
            lines"
            def f(x: Int): Int
            val res3: Long = 5
            val res4: String =
            more
            lines
            class C
            lazy val l: Int // unevaluated
            """);
    assertThat(said.values()).isEqualTo("res3: Long = 5\nres4: String =\nmore\nlines");
    assertThat(said.defined())
        .containsExactly(
            "val path: String",
            "val text: String",
            "def f(x: Int): Int",
            "class C",
            "lazy val l: Int // unevaluated");
  }
}
