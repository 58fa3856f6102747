package io.runlake.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunIdTest {
  @Test
  void aNewIdTellsItsMonthInUtc() {
    RunId lastMilli = RunId.newId(Instant.parse("2026-10-31T23:59:59.999Z"));
    RunId nextMilli = RunId.newId(Instant.parse("2026-11-01T00:00:00Z"));

    assertThat(lastMilli.value()).matches("[0-9a-f]{32}");
    assertThat(lastMilli.month()).isEqualTo("2026-10");
    assertThat(nextMilli.month()).isEqualTo("2026-11");
  }

  @Test
  void idsOfOneMilliAreApart() {
    Set<RunId> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add(RunId.newId(Instant.EPOCH));
    }
    assertThat(ids).hasSize(10_000);
  }

  @Test
  void idsOfOtherSystemsAreForeign() {
    assertThat(new RunId("a22ad82dece64455ae9501724e228f7c").month()).isEqualTo(RunId.FOREIGN);
    assertThat(new RunId("nightly_7-b").month()).isEqualTo(RunId.FOREIGN);
  }

  @Test
  void whatCouldLeadAstrayIsNoId() {
    for (String text : new String[] {"", "../x", "a/b", "a b", "-a", "a'", "x".repeat(257)}) {
      assertThatThrownBy(() -> new RunId(text))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("'" + text + "'");
    }
  }
}
