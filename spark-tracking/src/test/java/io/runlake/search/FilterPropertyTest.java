package io.runlake.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.search.Field.Entity;
import io.runlake.search.FilterTest.MapFacts;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class FilterPropertyTest {
  private static final Field TAG = new Field(Entity.TAG, "t");
  private static final Field METRIC = new Field(Entity.METRIC, "m");

  @Property(tries = 2000)
  void anyTextIsReadOrRefusedWithItsPosition(
      @ForAll
          @Chars({'a', '.', ' ', '\'', '"', '`', '=', '!', '<', '(', ')', ',', '1', '-', 'E', 'ü'})
          @StringLength(max = 30)
          String text) {
    try {
      Filter.parse(text, FilterTest.FIELDS);
    } catch (FilterException refused) {
      assertThat(refused.position()).isBetween(1, text.length() + 1);
      assertThat(refused).hasMessageContaining("at position " + refused.position());
    }
  }

  @Property(tries = 500)
  void aQuotedTextIsItself(@ForAll @StringLength(max = 50) String value) {
    char quote = value.indexOf('\'') < 0 ? '\'' : '"';
    if (value.indexOf(quote) < 0) {
      Filter filter = Filter.parse("tags.t = " + quote + value + quote, FilterTest.FIELDS);
      assertThat(filter.conditions()).containsExactly(new Condition.Text(TAG, true, value));
    }
  }

  @Property(tries = 500)
  void aKeyInBackTicksIsItself(@ForAll @StringLength(min = 1, max = 30) String key) {
    if (key.indexOf('`') < 0) {
      Filter filter = Filter.parse("tags.`" + key + "` != 'x'", FilterTest.FIELDS);
      assertThat(filter.conditions())
          .containsExactly(new Condition.Text(new Field(Entity.TAG, key), false, "x"));
    }
  }

  @Property(tries = 500)
  void everyNumberIsReadBack(@ForAll double wanted, @ForAll double there) {
    Facts row = new MapFacts(Map.of(METRIC, there), Map.of());
    assertThat(Filter.parse("metrics.m < " + wanted, FilterTest.FIELDS).matches(row))
        .isEqualTo(there < wanted);
  }

  @Property(tries = 2000)
  void likeIsThePatternOfSql(
      @ForAll @Chars({'a', 'b', '%', '_'}) @StringLength(max = 8) String pattern,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String text) {
    Facts row = new MapFacts(Map.of(), Map.of(TAG, List.of(text)));
    String regex = pattern.replace("%", ".*").replace('_', '.');
    assertThat(new Condition.Like(TAG, pattern, false).holds(row))
        .isEqualTo(Pattern.matches(regex, text));
  }

  @Property(tries = 300)
  void pagesCutTheOrderedListWithoutLossOrRepeat(
      @ForAll @Size(max = 40) List<Double> values, @ForAll boolean descending, @ForAll byte size) {
    List<Integer> rows = java.util.stream.IntStream.range(0, values.size()).boxed().toList();
    Field id = new Field(Entity.ATTRIBUTE, "start_time");
    java.util.function.Function<Integer, Facts> facts =
        row -> {
          Map<Field, Double> numbers = new java.util.HashMap<>(Map.of(id, (double) row));
          if (row % 5 != 0) {
            numbers.put(METRIC, row % 7 == 0 ? Double.NaN : Math.rint(values.get(row) % 3));
          }
          return new MapFacts(numbers, Map.of());
        };
    SearchQuery query = SearchQuery.all().withOrderBy("metrics.m " + (descending ? "DESC" : "ASC"));
    List<Order.Item> ties = List.of(new Order.Item(id, true, false));
    List<Integer> whole =
        Search.<Integer>of(query, "s", FilterTest.FIELDS, ties, 1000).page(rows, facts).items();
    assertThat(whole).containsExactlyInAnyOrderElementsOf(rows);

    int pageSize = 1 + Math.floorMod(size, 7);
    List<Integer> joined = new java.util.ArrayList<>();
    SearchQuery next = query;
    while (true) {
      Page<Integer> page =
          Search.<Integer>of(next, "s", FilterTest.FIELDS, ties, pageSize).page(rows, facts);
      assertThat(page.items().size()).isLessThanOrEqualTo(pageSize);
      joined.addAll(page.items());
      if (page.nextPageToken().isEmpty()) {
        break;
      }
      next = query.withPageToken(page.nextPageToken().get());
    }
    assertThat(joined).isEqualTo(whole);
  }
}
