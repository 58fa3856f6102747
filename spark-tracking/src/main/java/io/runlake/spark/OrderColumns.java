package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An order of runs as columns of Spark over a frame in the shape of the table: the same order as
 * that of {@link Order}. A key is two columns, the rank (0 a value, 1 NaN, 2 nothing there), which
 * always rises, and the value.
 */
final class OrderColumns {
  private static final String ID = "id";
  private static final String EXPERIMENT = "experiment";

  private OrderColumns() {}

  /**
   * The first runs, in their order. The keys are taken out of the maps before it is sorted: Spark
   * would look them up again in each comparison, and carry whole maps along.
   */
  static List<RunKey> first(Dataset<Row> runs, Order order, int most) {
    List<Column> columns =
        new ArrayList<>(List.of(col("run_id").as(ID), col("experiment_id").as(EXPERIMENT)));
    List<Column> sorting = new ArrayList<>();
    for (Item item : order.items()) {
      String key = "key" + sorting.size();
      columns.add(rank(item).as(key + "_rank"));
      columns.add(value(item).as(key));
      sorting.add(col(key + "_rank").asc());
      sorting.add(item.descending() ? col(key).desc() : col(key).asc());
    }
    return runs
        .select(columns.toArray(Column[]::new))
        .orderBy(sorting.toArray(Column[]::new))
        .limit(most)
        .select(ID, EXPERIMENT)
        .collectAsList()
        .stream()
        .map(row -> new RunKey(row.getString(0), row.getString(1)))
        .toList();
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
