package io.runlake.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {
  @ParameterizedTest
  @ValueSource(strings = {"model", "model/MLmodel", "plots/a b.svg", "…/x", "a..b", ".hidden"})
  void staysBelowItsFolder(String text) {
    assertThat(ArtifactPath.of(text).below("file:/r")).isEqualTo("file:/r/" + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../x",
        "a/../../b",
        "a/..",
        "/etc/passwd",
        "//host/share",
        "a//b",
        "a/",
        "..\\..\\x",
        "%2e%2e%2f",
        "a\u0000.txt",
        "C:\\x",
        "C:x",
        "x#y",
        "x?y",
        "x;y",
        "a\nb"
      })
  void refusesWhatLeadsOut(String text) {
    assertThatThrownBy(() -> ArtifactPath.of(text))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("Invalid artifact path");
  }
}
