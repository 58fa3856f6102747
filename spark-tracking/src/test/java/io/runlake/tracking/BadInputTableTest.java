package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.search.FilterException;
import io.runlake.tracking.BadInputRows.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of bad input that the API can be given, over memory and over Delta: one clear error,
 * and the store is as it was. What is odd but legal is in {@link OddInputTest}.
 */
@Tag("slow")
class BadInputTableTest {
  @TempDir static Path folder;
  private static List<BadInputWorld> worlds;

  @BeforeAll
  static void open() throws Exception {
    worlds = List.of(BadInputWorld.inMemory(folder), BadInputWorld.overDelta(folder));
  }

  @AfterAll
  static void close() {
    worlds.forEach(BadInputWorld::close);
  }

  static Stream<Arguments> rows() {
    List<Row> rows = BadInputRows.all();
    assertThat(rows).hasSizeGreaterThan(100);
    return worlds.stream().flatMap(world -> rows.stream().map(row -> Arguments.of(world, row)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("rows")
  void isRefusedAndNothingIsStored(BadInputWorld world, Row row) throws Exception {
    List<String> before = world.contents();
    assertThat(before).isNotEmpty();

    TrackingException refused =
        catchThrowableOfType(TrackingException.class, () -> row.call().on(world));

    assertThat(refused).as("the call was to be refused").isNotNull();
    assertThat(refused.errorCode()).isEqualTo(row.code());
    assertThat(refused).hasMessageContainingAll(row.says().toArray(String[]::new));
    assertThat(refused.getMessage()).hasSizeBetween(20, 1000).doesNotContain("\n", "Exception");
    if (row.position() > 0) {
      assertThat(refused).isInstanceOf(FilterException.class);
      assertThat(((FilterException) refused).position()).isEqualTo(row.position());
      assertThat(refused.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMETER_VALUE);
    }
    assertThat(world.contents()).isEqualTo(before);
  }
}
