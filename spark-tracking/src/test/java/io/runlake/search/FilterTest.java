package io.runlake.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runlake.errors.ErrorCode;
import io.runlake.search.Field.Entity;
import io.runlake.search.Fields.Attribute;
import io.runlake.search.Fields.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  static final Fields FIELDS =
      new Fields(
          Map.of(
              "metrics", Entity.METRIC,
              "metric", Entity.METRIC,
              "params", Entity.PARAM,
              "tags", Entity.TAG,
              "attributes", Entity.ATTRIBUTE,
              "datasets", Entity.DATASET),
          Map.of(
              "run_id", new Attribute("run_id", Type.ID),
              "status", new Attribute("status", Type.TEXT),
              "Run name", new Attribute("run_name", Type.TEXT),
              "start_time", new Attribute("start_time", Type.NUMBER)),
          Map.of("start_time", new Attribute("start_time", Type.NUMBER)));

  /** One row for all tables below. */
  static final Facts ROW =
      new MapFacts(
          Map.of(
              new Field(Entity.METRIC, "acc"), 0.95,
              new Field(Entity.METRIC, "val loss"), -3.0,
              new Field(Entity.METRIC, "nan"), Double.NaN,
              new Field(Entity.METRIC, "inf"), Double.POSITIVE_INFINITY,
              new Field(Entity.ATTRIBUTE, "start_time"), 1_700_000_000_000.0),
          Map.of(
              new Field(Entity.PARAM, "depth"), List.of("5"),
              new Field(Entity.PARAM, "a.b"), List.of("x"),
              new Field(Entity.PARAM, "größe"), List.of("groß"),
              new Field(Entity.TAG, "mlflow.parentRunId"), List.of("p1"),
              new Field(Entity.TAG, "note"), List.of("50% of_it\nnext \"line\""),
              new Field(Entity.ATTRIBUTE, "run_id"), List.of("abc"),
              new Field(Entity.ATTRIBUTE, "run_name"), List.of("calm-otter-12"),
              new Field(Entity.ATTRIBUTE, "status"), List.of("FINISHED"),
              new Field(Entity.DATASET, "name"), List.of("Train", "test")));

  record MapFacts(Map<Field, Double> numbers, Map<Field, List<String>> texts) implements Facts {
    @Override
    public OptionalDouble number(Field field) {
      Double number = numbers.get(field);
      return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }

    @Override
    public List<String> texts(Field field) {
      return texts.getOrDefault(field, List.of());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "|true",
        "metrics.acc > 0.9|true",
        "metrics.acc>0.9|true",
        "metric.acc >= .95|true",
        "metrics.acc < 0.95|false",
        "metrics.acc <= 9.5e-1|true",
        "metrics.acc != 0.95|false",
        "metrics.acc = 0.95 AND metrics.acc > 0 and params.depth = '5'|true",
        "metrics.acc = 0.95 AND params.depth = '6'|false",
        "metrics.`val loss` = -3|true",
        "metrics.\"val loss\" < 0|true",
        "metrics.'val loss' < -2.5|true",
        "`metrics`.`val loss` < 0|true",
        "`metrics`.acc > 0|true",
        "metrics.absent != 1|false",
        "metrics.nan < 1|false",
        "metrics.nan > 1|false",
        "metrics.nan = 1|false",
        "metrics.nan != 1|true",
        "metrics.inf > 1e308|true",
        "params.depth = \"5\"|true",
        "params.depth != '5'|false",
        "params.depth != '6'|true",
        "params.absent != '6'|false",
        "params.a.b = 'x'|true",
        "params.größe = 'groß'|true",
        "params.größe ILIKE 'GROSS'|false",
        "params.größe ilike 'GROß'|true",
        "tags.mlflow.parentRunId = 'p1'|true",
        "tags.`mlflow.parentRunId` LIKE 'p_'|true",
        "tags.note LIKE '50%'|true",
        "tags.note LIKE '%\"line\"'|true",
        "tags.note LIKE '50_ of%'|true",
        "tags.note LIKE '50.*'|false",
        "tags.note LIKE '%OF%'|false",
        "tags.note ILIKE '%OF%'|true",
        "tags.note LIKE ''|false",
        "tags.note LIKE '%%%'|true",
        "run_id = 'abc'|true",
        "run_id IN ('abc')|true",
        "run_id in ('x', 'abc',)|true",
        "run_id NOT IN ('x')|true",
        "run_id NOT IN ('x','abc')|false",
        "attributes.status = 'FINISHED'|true",
        "status LIKE 'fin%'|false",
        "`Run name` LIKE 'calm-%'|true",
        "attributes.\"Run name\" = 'calm-otter-12'|true",
        "start_time >= 1700000000000|true",
        "attributes.start_time < 1700000000000|false",
        "datasets.name = 'test'|true",
        "datasets.name IN ('Train')|true",
        "datasets.name NOT IN ('Train', 'test')|false",
        "datasets.name NOT IN ('Train')|true",
        "datasets.digest != 'x'|false"
      })
  void comparesAsMlflowDoes(String filter, boolean matches) {
    String text = filter == null ? "" : filter;
    assertThat(Filter.parse(text, FIELDS).matches(ROW)).as(text).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "foo bar|1|'foo' is no attribute",
        "status foo|8|the comparator 'foo' does not fit attribute.status",
        "status|7|a comparator was expected after status, not the end",
        "metrics.acc > 0.9 OR metrics.acc < 1|19|OR is not supported",
        "metrics.acc > 0.9 metrics.acc < 1|19|AND or the end was expected",
        "metrics.acc > 0.9 AND|22|a key was expected, not the end",
        "NOT metrics.acc > 0.9|1|'NOT' is no attribute",
        "(metrics.acc > 0.9)|1|parentheses are for the lists of IN only",
        "metrics.acc IS NULL|13|the comparator 'IS' does not fit metric.acc",
        "metrics.acc > '0.9'|15|metric.acc is compared with a number, not with '0.9'",
        "metrics.acc LIKE '0.9'|13|the comparator 'LIKE' does not fit metric.acc",
        "metrics.acc == 0.9|13|'==' is no comparator",
        "metrics.acc <> 0.9|13|'<>' is no comparator",
        "metrics.acc => 0.9|13|'=>' is no comparator",
        "metrics.acc > 0.9abc|15|this is not a number",
        "params.depth > '5'|14|the comparator '>' does not fit param.depth",
        "params.depth = 5|16|param.depth is compared with a text in quotes, not with '5'",
        "params.depth = five|16|param.depth is compared with a text in quotes, not with 'five'",
        "params.depth = 'five|16|the quote ' is not closed",
        "params.`depth = 'five'|8|the quote ` is not closed",
        "params.depth = 'it''s'|20|AND or the end was expected",
        "params.depth IN ('5')|14|the comparator 'IN' does not fit param.depth",
        "params. = '5'|1|the key is empty",
        "status IN ('FINISHED')|8|the comparator 'IN' does not fit attribute.status",
        "run_id IN ()|12|the list is empty",
        "run_id IN ('a' 'b')|16|',' or ')' was expected, not 'b'",
        "run_id IN ('a'|15|',' or ')' was expected, not the end",
        "run_id IN 'a'|11|a list was expected, not 'a'",
        "run_id NOT ('a')|8|the comparator 'NOT' does not fit attribute.run_id",
        "start_time > '1'|14|attribute.start_time is compared with a number",
        "metrik.acc > 1|1|'metrik' is no kind of key; did you mean 'metric'?",
        "attributes.statos = 'x'|1|'statos' is no attribute; did you mean 'status'?",
        "datasets.nam = 'x'|1|'nam' is no key of a dataset; did you mean 'name'?",
        "metrics.val-loss > 1|12|the character '-' has no meaning here",
        "metrics.acc > 1; metrics.acc < 2|16|there is one statement only",
        "tags.a.`b` = 'x'|1|this is not a key",
        "'metrics.acc' > 1|1|a key was expected"
      })
  void saysWhatIsWrongAndWhere(String filter, int position, String why) {
    FilterException refused =
        catchThrowableOfType(FilterException.class, () -> Filter.parse(filter, FIELDS));
    assertThat(refused).as(filter).isNotNull();
    assertThat(refused)
        .hasMessageStartingWith("Invalid clause(s) in filter string: '" + filter)
        .hasMessageContaining(why)
        .hasMessageContaining("at position " + position + ";");
    assertThat(refused.position()).isEqualTo(position);
    assertThat(refused.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMETER_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "[",
        "'",
        "`",
        "`a`.",
        "a.",
        ";",
        "AND ",
        "=",
        "metrics.a > 1 AND ",
        "-",
        "\u0000"
      })
  void hostileTextFailsQuickly(String piece) {
    for (String filter : List.of(piece.repeat(10_000), piece.repeat(1_000_000 / piece.length()))) {
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(5),
          () ->
              assertThatThrownBy(() -> Filter.parse(filter, FIELDS))
                  .isInstanceOf(FilterException.class)
                  .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000)));
    }
  }

  @Test
  void patternsThatBacktrackStayQuick() {
    Facts row =
        new MapFacts(Map.of(), Map.of(new Field(Entity.TAG, "t"), List.of("a".repeat(8000))));
    Filter filter = Filter.parse("tags.t LIKE '" + "%a".repeat(3000) + "%b'", FIELDS);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(filter.matches(row)).isFalse());
  }
}
