package io.runlake.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.runlake.sql.StoreViews;
import io.runlake.store.ExperimentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The runs of an experiment with a column per param, metric and tag. */
final class WideRuns {
  private static final List<String> KINDS = List.of("params", "metrics", "tags");

  private WideRuns() {}

  static Dataset<Row> of(SparkSession spark, Dataset<Row> table, ExperimentId experiment) {
    Dataset<Row> rows = table.filter(col("experiment_id").equalTo(lit(experiment.value())));
    Dataset<Row> runs;
    try (NamedTables names = new NamedTables(spark).with("runs", rows)) {
      runs = spark.sql(StoreViews.currentRuns(names.name("runs")));
    }
    List<Column> columns =
        new ArrayList<>(
            List.of(
                col("run_id"),
                col("name.value").as("run_name"),
                col("status.status").as("status"),
                col("start_time"),
                col("status.end_time").as("end_time"),
                coalesce(col("lifecycle.value"), lit("active")).as("lifecycle_stage"),
                col("`user`").as("created_by")));
    Map<String, TreeSet<String>> keys = keys(runs);
    Map<String, Integer> taken = new HashMap<>();
    for (String kind : KINDS) {
      for (String key : keys.get(kind)) {
        String name = kind + "." + key;
        int times = taken.merge(name.toLowerCase(Locale.ROOT), 1, Integer::sum);
        columns.add(
            col(kind).getItem(key).getField("value").as(times == 1 ? name : name + "#" + times));
      }
    }
    return runs.select(columns.toArray(Column[]::new));
  }

  /** The keys of each kind under which a run has a value. */
  private static Map<String, TreeSet<String>> keys(Dataset<Row> runs) {
    Dataset<Row> all =
        KINDS.stream()
            .map(
                kind ->
                    runs.selectExpr(
                            "'" + kind + "' AS kind", "explode(" + kind + ") AS (key, held)")
                        .filter("held.value IS NOT NULL")
                        .select("kind", "key"))
            .reduce(Dataset::union)
            .orElseThrow();
    Map<String, TreeSet<String>> keys = new HashMap<>();
    KINDS.forEach(kind -> keys.put(kind, new TreeSet<>()));
    for (Row row : all.distinct().collectAsList()) {
      keys.get(row.getString(0)).add(row.getString(1));
    }
    return keys;
  }
}
