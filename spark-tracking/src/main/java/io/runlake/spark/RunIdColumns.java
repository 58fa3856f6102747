package io.runlake.spark;

import static org.apache.spark.sql.functions.col;

import io.runlake.store.RunId;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;

/** Conditions on the ids of runs that leave out most of a table before it is read. */
final class RunIdColumns {
  /** Spark hands so many values of a list to Parquet one by one, and of more only the bounds. */
  private static final int PUSHED = 10;

  /** With more runs than these hardly a page of a table is without one. */
  private static final int WORTH_PUSHING = 300;

  private RunIdColumns() {}

  /**
   * Whether a row is of one of these runs. The months leave out partitions and short lists pages of
   * files.
   */
  static Column among(List<String> ids) {
    List<String> months = ids.stream().map(id -> new RunId(id).month()).distinct().toList();
    Column among = col("month").isInCollection(months).and(col("run_id").isInCollection(ids));
    if (ids.size() <= PUSHED || ids.size() > WORTH_PUSHING) {
      return among;
    }
    List<Column> lists = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += PUSHED) {
      List<String> list = ids.subList(from, Math.min(ids.size(), from + PUSHED));
      lists.add(col("run_id").isInCollection(list));
    }
    return among.and(lists.stream().reduce(Column::or).orElseThrow());
  }
}
