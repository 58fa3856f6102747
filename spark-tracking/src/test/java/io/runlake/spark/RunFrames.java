package io.runlake.spark;

import io.runlake.store.DatasetRef;
import io.runlake.store.MetricValue;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Rows of {@code runs} as a frame in the shape of the table. */
final class RunFrames {
  private RunFrames() {}

  /** The frame of rows of one level. */
  static Dataset<Row> of(SparkSession spark, List<RunRow> rows, int level) {
    return of(spark, rows, row -> level);
  }

  static Dataset<Row> of(SparkSession spark, List<RunRow> rows, ToIntFunction<RunRow> level) {
    List<Row> encoded = new ArrayList<>();
    for (RunRow row : rows) {
      encoded.add(row(row, level.applyAsInt(row)));
    }
    return spark.createDataFrame(encoded, StructType.fromDDL(StoreTables.RUNS));
  }

  static Row row(RunRow row, int level) {
    return RowFactory.create(
        row.runId().value(),
        row.experimentId().value(),
        row.origin().map(RunOrigin::user).orElse(null),
        row.origin().map(RunOrigin::source).orElse(null),
        time(row.origin().map(RunOrigin::startTime)),
        row.origin().map(RunOrigin::artifactUri).orElse(null),
        row.status().map(RunFrames::status).orElse(null),
        row.name().map(RunFrames::stamp).orElse(null),
        row.lifecycle().map(RunFrames::stamp).orElse(null),
        time(row.leaseUntil()),
        map(row.params(), RunFrames::stamp),
        map(row.tags(), RunFrames::stamp),
        map(row.metrics(), RunFrames::metric),
        map(row.inputs(), RunFrames::input),
        level,
        row.runId().month());
  }

  private static Instant time(Optional<Instant> instant) {
    return instant.orElse(null);
  }

  private static Row status(StatusChange change) {
    return RowFactory.create(
        change.epoch(),
        change.rank(),
        change.at(),
        change.status().name(),
        time(change.endTime()),
        change.message().orElse(null));
  }

  private static Row stamp(Stamp stamp) {
    return RowFactory.create(stamp.at(), stamp.value().orElse(null));
  }

  private static Row metric(MetricValue value) {
    return RowFactory.create(value.step(), Instant.ofEpochMilli(value.timestamp()), value.value());
  }

  private static Row input(RunInput input) {
    DatasetRef dataset = input.dataset();
    return RowFactory.create(
        input.at(),
        dataset.kind(),
        dataset.name(),
        dataset.version().orElse(null),
        dataset.context().orElse(null),
        dataset.digest().orElse(null),
        dataset.schema().orElse(null));
  }

  /** As the store writes it: no map where there is nothing in it. */
  private static <V> Map<String, Row> map(Map<String, V> map, Function<V, Row> encode) {
    Map<String, Row> encoded = new TreeMap<>();
    map.forEach((key, value) -> encoded.put(key, encode.apply(value)));
    return encoded.isEmpty() ? null : encoded;
  }
}
