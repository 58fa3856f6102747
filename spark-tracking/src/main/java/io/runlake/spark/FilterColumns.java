package io.runlake.spark;

import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_millis;

import io.runlake.search.Condition;
import io.runlake.search.Condition.Comparison;
import io.runlake.search.Field;
import io.runlake.search.Filter;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The second evaluator of a filter: a column of Spark over a frame of runs in the shape of the
 * table, true for the same runs as {@link Filter#matches}, else false or null. Values travel as
 * literals and never as SQL text.
 */
final class FilterColumns {
  /** Spark counts microseconds in a long; beyond these milliseconds it has no instant. */
  private static final double MOST_MILLIS = Math.floor(Long.MAX_VALUE / 1000.0 / 2);

  private static final Column NEVER = lit(false);

  private FilterColumns() {}

  /** All conditions of a filter. */
  static Column of(Filter filter) {
    return filter.conditions().stream()
        .map(FilterColumns::of)
        .reduce(Column::and)
        .orElseGet(() -> lit(true));
  }

  private static Column of(Condition condition) {
    if (condition instanceof Condition.Number number) {
      return FieldColumns.isTime(number.field())
          ? time(FieldColumns.time(number.field()), number.comparison(), number.value())
          : number(FieldColumns.number(number.field()), number.comparison(), number.value());
    }
    if (condition instanceof Condition.Text text) {
      return text(text.field(), text.equal(), text.value());
    }
    if (condition instanceof Condition.Like like) {
      return FieldColumns.anyText(
          like.field(),
          text -> functions.udf(new LikeText(like), DataTypes.BooleanType).apply(text));
    }
    Condition.In in = (Condition.In) condition;
    return in(in.field(), in.in(), in.values().stream().filter(FieldColumns::storable).toList());
  }

  /** IEEE's comparison: Spark holds NaN equal to itself and greater than all else. */
  private static Column number(Column number, Comparison comparison, double value) {
    if (Double.isNaN(value)) {
      return comparison == Comparison.NOT_EQUAL ? number.isNotNull() : NEVER;
    }
    Column there = lit(value);
    return switch (comparison) {
      case EQUAL -> number.equalTo(there);
      case NOT_EQUAL -> number.notEqual(there);
      case LESS -> number.lt(there);
      case LESS_OR_EQUAL -> number.leq(there);
      case GREATER -> number.gt(there).and(functions.not(isnan(number)));
      case GREATER_OR_EQUAL -> number.geq(there).and(functions.not(isnan(number)));
    };
  }

  /**
   * Compares whole milliseconds with a number as instants, so that the bounds reach the statistics
   * of files.
   */
  private static Column time(Column time, Comparison comparison, double millis) {
    if (Double.isNaN(millis)) {
      return comparison == Comparison.NOT_EQUAL ? time.isNotNull() : NEVER;
    }
    double next = Math.floor(millis) + 1;
    return switch (comparison) {
      case EQUAL ->
          Math.rint(millis) == millis ? from(time, millis).and(before(time, next)) : NEVER;
      case NOT_EQUAL ->
          Math.rint(millis) == millis
              ? before(time, millis).or(from(time, next))
              : time.isNotNull();
      case LESS -> before(time, Math.ceil(millis));
      case LESS_OR_EQUAL -> before(time, next);
      case GREATER -> from(time, next);
      case GREATER_OR_EQUAL -> from(time, Math.ceil(millis));
    };
  }

  private static Column from(Column time, double millis) {
    if (Math.abs(millis) > MOST_MILLIS) {
      return millis < 0 ? time.isNotNull() : NEVER;
    }
    return time.geq(timestamp_millis(lit((long) millis)));
  }

  private static Column before(Column time, double millis) {
    if (Math.abs(millis) > MOST_MILLIS) {
      return millis > 0 ? time.isNotNull() : NEVER;
    }
    return time.lt(timestamp_millis(lit((long) millis)));
  }

  private static Column text(Field field, boolean equal, String value) {
    if (!FieldColumns.storable(value)) {
      return equal ? NEVER : FieldColumns.anyText(field, Column::isNotNull);
    }
    return FieldColumns.anyText(
        field, text -> equal ? text.equalTo(lit(value)) : text.notEqual(lit(value)));
  }

  private static Column in(Field field, boolean in, List<String> values) {
    return FieldColumns.anyText(
        field,
        text -> {
          Column among = text.isInCollection(values);
          return in ? among : text.isNotNull().and(functions.not(among));
        });
  }
}
