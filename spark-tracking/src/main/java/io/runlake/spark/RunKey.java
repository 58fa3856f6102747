package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.runlake.store.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

/** A run by what tells where its rows lie: settled rows are sorted by experiment and time. */
record RunKey(String id, String experiment) {
  /** Spark hands so many values of a list to Parquet one by one, and of more only the bounds. */
  private static final int PUSHED = 10;

  /** With more runs than these hardly a page of a table is without one. */
  private static final int WORTH_PUSHING = 300;

  /** Whether a row is of one of these runs, such that Spark leaves out partitions and pages. */
  static Column among(List<RunKey> runs) {
    List<String> months = distinct(runs, run -> new RunId(run.id).month());
    Column among =
        col("month")
            .isInCollection(months)
            .and(col("run_id").isInCollection(distinct(runs, RunKey::id)));
    if (runs.size() > WORTH_PUSHING) {
      return among;
    }
    Map<String, List<String>> experiments =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    RunKey::experiment,
                    TreeMap::new,
                    Collectors.mapping(RunKey::id, Collectors.toList())));
    List<Column> lists = new ArrayList<>();
    experiments.forEach(
        (experiment, ids) -> {
          for (int from = 0; from < ids.size(); from += PUSHED) {
            List<String> list = ids.subList(from, Math.min(ids.size(), from + PUSHED));
            lists.add(
                col("experiment_id")
                    .equalTo(lit(experiment))
                    .and(col("run_id").isInCollection(list)));
          }
        });
    return among.and(lists.stream().reduce(Column::or).orElseThrow());
  }

  private static List<String> distinct(List<RunKey> runs, Function<RunKey, String> what) {
    return runs.stream().map(what).distinct().sorted().toList();
  }
}
