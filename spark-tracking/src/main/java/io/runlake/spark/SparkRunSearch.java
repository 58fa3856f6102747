package io.runlake.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.runlake.sql.StoreViews;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunRow;
import io.runlake.tracking.LargeSearch;
import io.runlake.tracking.ViewType;
import java.util.List;
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

  @Override
  public List<RunRow> page(Query query) {
    SparkSession session = session().orElseThrow();
    try (OwnWork mark = new OwnWork(session.sparkContext())) {
      Dataset<Row> found = found(session, query);
      Dataset<Row> later =
          query
              .search()
              .after()
              .map(place -> found.filter(OrderColumns.after(query.search().order(), place)))
              .orElse(found);
      Dataset<Row> page =
          later
              .orderBy(OrderColumns.of(query.search().order()))
              .limit(query.search().pageSize() + 1);
      return RunRows.columns(page, query.scan().parts()).collectAsList().stream()
          .map(RunRows::of)
          .toList();
    }
  }

  @Override
  public long count(Query query) {
    SparkSession session = session().orElseThrow();
    try (OwnWork mark = new OwnWork(session.sparkContext())) {
      return found(session, query).count();
    }
  }

  /** The current states of the runs that the filter holds for. */
  private static Dataset<Row> found(SparkSession session, Query query) {
    Dataset<Row> table =
        session
            .read()
            .format("delta")
            .option("versionAsOf", query.version())
            .load(query.root() + "/runs");
    Dataset<Row> rows =
        query
            .scan()
            .experiments()
            .map(ids -> table.filter(col("experiment_id").isInCollection(values(ids))))
            .orElse(table);
    try (NamedTables names = new NamedTables(session).with("runs", rows)) {
      return session
          .sql(StoreViews.currentRuns(names.name("runs")))
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
