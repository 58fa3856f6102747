package io.runlake.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.runlake.search.Order;
import io.runlake.sql.StoreViews;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.tracking.LargeSearch;
import io.runlake.tracking.ViewType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Searches large stores by the live session of this JVM. It runs the jobs of the search and no
 * others; they are marked as Runlake's own.
 */
public final class SparkRunSearch implements LargeSearch {
  private static final String DELTA = "io.delta.sql.DeltaSparkSessionExtension";

  @Override
  public OptionalLong from() {
    return session().map(session -> OptionalLong.of(from(session))).orElseGet(OptionalLong::empty);
  }

  private static Optional<SparkSession> session() {
    return TaskContext.get() == null && hasDelta()
        ? ScalaInterop.liveSession().filter(session -> !session.sparkContext().isStopped())
        : Optional.empty();
  }

  private static boolean hasDelta() {
    try {
      Class.forName(DELTA, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static long from(SparkSession session) {
    String fallback = AutologSetting.SEARCH_FROM.defaultValue().orElseThrow();
    String value = session.conf().get(AutologSetting.SEARCH_FROM.key(), fallback);
    try {
      return JavaUtils.byteStringAsBytes(value);
    } catch (NumberFormatException e) {
      Guard.say(
          "search",
          AutologSetting.SEARCH_FROM.key()
              + "="
              + value
              + " is no size such as 64m; Runlake uses "
              + fallback
              + ".");
      return JavaUtils.byteStringAsBytes(fallback);
    }
  }

  /**
   * In two steps: which runs stand on the page, by the columns that filter and order need, and then
   * their rows. Maps are most of the table, and reading all of all runs for a hundred of them is
   * most of the time of a search in one step.
   */
  @Override
  public List<RunRow> page(Query query) {
    SparkSession session = session().orElseThrow();
    try (OwnWork mark = new OwnWork(session.sparkContext())) {
      Dataset<Row> table = table(session, query);
      Dataset<Row> found = found(session, table, query);
      Order order = query.search().order();
      Dataset<Row> later =
          query
              .search()
              .after()
              .map(place -> found.filter(OrderColumns.after(order, place)))
              .orElse(found);
      List<RunKey> ids = OrderColumns.first(later, order, query.search().pageSize() + 1);
      return ids.isEmpty() ? List.of() : rows(table, ids, query);
    }
  }

  /** The current states of some runs: their rows, merged as this process does it. */
  private static List<RunRow> rows(Dataset<Row> table, List<RunKey> ids, Query query) {
    Dataset<Row> rows = table.filter(RunKey.among(ids));
    Map<RunId, RunRow> states = new HashMap<>();
    for (Row row : RunRows.columns(rows, query.scan().parts()).collectAsList()) {
      RunRow one = RunRows.of(row);
      states.merge(one.runId(), one, RunRow::merge);
    }
    return List.copyOf(states.values());
  }

  @Override
  public long count(Query query) {
    SparkSession session = session().orElseThrow();
    try (OwnWork mark = new OwnWork(session.sparkContext())) {
      return found(session, table(session, query), query).count();
    }
  }

  /** The rows of the experiments that the query asks for, of the one version that it reads. */
  private static Dataset<Row> table(SparkSession session, Query query) {
    Dataset<Row> table =
        session
            .read()
            .format("delta")
            .option("versionAsOf", query.version())
            .load(query.root() + "/runs");
    return query
        .scan()
        .experiments()
        .map(ids -> table.filter(col("experiment_id").isInCollection(values(ids))))
        .orElse(table);
  }

  /** The current states of the runs that the filter holds for. */
  private static Dataset<Row> found(SparkSession session, Dataset<Row> table, Query query) {
    try (NamedTables names = new NamedTables(session).with("runs", table)) {
      String runs = names.name("runs");
      // Looking costs one small query; the fold of nothing costs five, and a plan ten times as
      // long.
      boolean settled = table.filter(col("level").equalTo(lit(0))).isEmpty();
      return session
          .sql(settled ? StoreViews.settledRuns(runs) : StoreViews.currentRuns(runs))
          .filter(shown(query.view(), query.deletedExperiments()))
          .filter(FilterColumns.of(query.search().filter()));
    }
  }

  private static Column shown(ViewType view, Set<ExperimentId> deletedExperiments) {
    if (view == ViewType.ALL) {
      return lit(true);
    }
    Column deleted = coalesce(col("lifecycle.value").equalTo(lit(RunRow.DELETED)), lit(false));
    if (!deletedExperiments.isEmpty()) {
      deleted = deleted.or(col("experiment_id").isInCollection(values(deletedExperiments)));
    }
    return view == ViewType.DELETED_ONLY ? deleted : not(deleted);
  }

  private static List<String> values(Set<ExperimentId> ids) {
    return ids.stream().map(ExperimentId::value).sorted().collect(Collectors.toList());
  }
}
