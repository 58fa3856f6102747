package io.runlake.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestMatchTest {
  private static final List<String> KEYS =
      List.of("input", "output", "model", "logical_date", "pass_through", "format");

  @Test
  void findsTypingErrors() {
    assertThat(NearestMatch.of("imput", KEYS)).contains("input");
    assertThat(NearestMatch.of("ouptut", KEYS)).contains("output");
    assertThat(NearestMatch.of("logicaldate", KEYS)).contains("logical_date");
    assertThat(NearestMatch.of("FORMAT", KEYS)).contains("format");
    assertThat(NearestMatch.of("passthrough", KEYS)).contains("pass_through");
  }

  @Test
  void namesThatAreFarAreNotGuessed() {
    assertThat(NearestMatch.of("colour", KEYS)).isEmpty();
    assertThat(NearestMatch.of("x", KEYS)).isEmpty();
    assertThat(NearestMatch.of("input", List.of())).isEmpty();
  }

  @Test
  void theNearerOfTwoWins() {
    assertThat(NearestMatch.of("abcdeX", List.of("abcXXX", "abcdef", "abcdeg"))).contains("abcdef");
  }

  @Test
  void hintsEndAMessage() {
    assertThat(NearestMatch.hint("modle", KEYS)).isEqualTo("; did you mean 'model'?");
    assertThat(NearestMatch.hint("zzzzzz", KEYS)).isEmpty();
  }
}
