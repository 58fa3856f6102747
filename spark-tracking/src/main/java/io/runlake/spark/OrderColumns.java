package io.runlake.spark;

import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.runlake.search.Order;
import io.runlake.search.Order.Cell;
import io.runlake.search.Order.Item;
import io.runlake.search.Order.SortKey;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;

/**
 * An order of runs as columns of Spark over a frame in the shape of the table: the same order as
 * that of {@link Order}. A key is two columns, the rank (0 a value, 1 NaN, 2 nothing there), which
 * always rises, and the value.
 */
final class OrderColumns {
  private OrderColumns() {}

  /** What to sort by, the first column deciding first. */
  static Column[] of(Order order) {
    List<Column> columns = new ArrayList<>();
    for (Item item : order.items()) {
      Column value = value(item);
      columns.add(rank(item).asc());
      columns.add(item.descending() ? value.desc() : value.asc());
    }
    return columns.toArray(Column[]::new);
  }

  /** Whether a run comes after a place in the order. */
  static Column after(Order order, SortKey place) {
    Column after = lit(false);
    for (int i = order.items().size() - 1; i >= 0; i--) {
      Item item = order.items().get(i);
      Cell cell = place.cells().get(i);
      Column rank = rank(item);
      Column later = rank.gt(lit(cell.rank()));
      Column equal = rank.equalTo(lit(cell.rank()));
      if (cell.rank() == 0) {
        Column value = value(item);
        Column there = item.number() ? lit(cell.number()) : lit(cell.text());
        Column beyond = item.descending() ? value.lt(there) : value.gt(there);
        later = later.or(equal.and(beyond));
        equal = equal.and(value.equalTo(there));
      }
      after = later.or(equal.and(after));
    }
    return after;
  }

  private static Column rank(Item item) {
    Column value = value(item);
    Column missing = when(value.isNull(), lit(2));
    boolean mayBeNan = item.number() && !FieldColumns.isTime(item.field());
    return (mayBeNan ? missing.when(isnan(value), lit(1)) : missing).otherwise(lit(0));
  }

  private static Column value(Item item) {
    return item.number() ? FieldColumns.number(item.field()) : FieldColumns.text(item.field());
  }
}
