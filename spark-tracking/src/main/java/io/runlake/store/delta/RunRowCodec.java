package io.runlake.store.delta;

import static io.runlake.store.delta.Columns.mapOf;
import static io.runlake.store.delta.Columns.optionalString;
import static io.runlake.store.delta.Columns.stringOr;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The columns of {@code runs}. */
final class RunRowCodec implements RowCodec<RunRow> {
  static final StructType STAMP = Columns.struct("at", LongType.LONG, "value", StringType.STRING);
  static final StructType STATUS =
      Columns.struct(
          "epoch", LongType.LONG,
          "rank", IntegerType.INTEGER,
          "at", LongType.LONG,
          "status", StringType.STRING,
          "end_time", TimestampType.TIMESTAMP,
          "message", StringType.STRING);
  private static final StructType METRIC =
      Columns.struct(
          "step", LongType.LONG,
          "timestamp", TimestampType.TIMESTAMP,
          "value", DoubleType.DOUBLE);
  private static final StructType INPUT =
      Columns.struct(
          "at", LongType.LONG,
          "kind", StringType.STRING,
          "name", StringType.STRING,
          "version", StringType.STRING,
          "context", StringType.STRING,
          "digest", StringType.STRING,
          "schema", StringType.STRING);

  /** The columns before the maps. */
  private static final StructType PLAIN =
      Columns.struct(
          "run_id",
          StringType.STRING,
          "experiment_id",
          StringType.STRING,
          "user",
          StringType.STRING,
          "source",
          StringType.STRING,
          "start_time",
          TimestampType.TIMESTAMP,
          "artifact_uri",
          StringType.STRING,
          "status",
          STATUS,
          "name",
          STAMP,
          "lifecycle",
          STAMP,
          "lease_until",
          TimestampType.TIMESTAMP);

  /** Reads nothing but which run of which experiment a row is of. */
  static final RowCodec<RunRow> IDS = new Ids();

  private final StructType schema;
  private final int params;
  private final int tags;
  private final int metrics;
  private final int inputs;
  private final Optional<RunId> only;

  /** All columns of all rows. */
  RunRowCodec() {
    this(RunScan.all().parts(), Optional.empty());
  }

  private RunRowCodec(Set<RunScan.Part> parts, Optional<RunId> only) {
    StructType columns = PLAIN;
    for (RunScan.Part part : RunScan.Part.values()) {
      if (parts.contains(part)) {
        columns =
            switch (part) {
              case PARAMS -> columns.add("params", mapOf(STAMP), true);
              case TAGS -> columns.add("tags", mapOf(STAMP), true);
              case METRICS -> columns.add("metrics", mapOf(METRIC), true);
              case INPUTS -> columns.add("inputs", mapOf(INPUT), true);
            };
      }
    }
    this.schema = columns;
    this.params = columns.indexOf("params");
    this.tags = columns.indexOf("tags");
    this.metrics = columns.indexOf("metrics");
    this.inputs = columns.indexOf("inputs");
    this.only = only;
  }

  /** Reads some of the maps. */
  static RowCodec<RunRow> of(Set<RunScan.Part> parts) {
    return new RunRowCodec(parts, Optional.empty());
  }

  /** Reads the rows of one run. */
  static RowCodec<RunRow> only(RunId id) {
    return new RunRowCodec(RunScan.all().parts(), Optional.of(id));
  }

  @Override
  public StructType schema() {
    return schema;
  }

  @Override
  public boolean wants(ColumnarBatch batch, int row) {
    return only.isEmpty() || batch.getColumnVector(0).getString(row).equals(only.get().value());
  }

  @Override
  public Object[] encode(RunRow row) {
    return new Object[] {
      row.runId().value(),
      row.experimentId().value(),
      row.origin().map(RunOrigin::user).orElse(null),
      row.origin().map(RunOrigin::source).orElse(null),
      row.origin().map(origin -> Columns.micros(origin.startTime())).orElse(null),
      row.origin().map(RunOrigin::artifactUri).orElse(null),
      row.status().map(RunRowCodec::status).orElse(null),
      row.name().map(RunRowCodec::stamp).orElse(null),
      row.lifecycle().map(RunRowCodec::stamp).orElse(null),
      Columns.micros(row.leaseUntil()),
      Columns.encode(row.params(), RunRowCodec::stamp),
      Columns.encode(row.tags(), RunRowCodec::stamp),
      Columns.encode(row.metrics(), RunRowCodec::metric),
      Columns.encode(row.inputs(), RunRowCodec::input)
    };
  }

  private static Object[] status(StatusChange change) {
    return new Object[] {
      change.epoch(),
      change.rank(),
      change.at(),
      change.status().name(),
      Columns.micros(change.endTime()),
      change.message().orElse(null)
    };
  }

  private static Object[] stamp(Stamp stamp) {
    return new Object[] {stamp.at(), stamp.value().orElse(null)};
  }

  private static Object[] metric(MetricValue value) {
    return new Object[] {value.step(), Columns.microsOfMillis(value.timestamp()), value.value()};
  }

  private static Object[] input(RunInput input) {
    DatasetRef dataset = input.dataset();
    return new Object[] {
      input.at(),
      dataset.kind(),
      dataset.name(),
      dataset.version().orElse(null),
      dataset.context().orElse(null),
      dataset.digest().orElse(null),
      dataset.schema().orElse(null)
    };
  }

  @Override
  public RunRow decode(ColumnarBatch batch, int row) {
    return new RunRow(
        new RunId(batch.getColumnVector(0).getString(row)),
        new ExperimentId(Memo.of(batch.getColumnVector(1).getString(row))),
        origin(batch, row),
        optional(batch.getColumnVector(6), row, RunRowCodec::readStatus),
        optional(batch.getColumnVector(7), row, RunRowCodec::readStamp),
        optional(batch.getColumnVector(8), row, RunRowCodec::readStamp),
        Columns.optionalInstant(batch.getColumnVector(9), row),
        map(batch, params, row, RunRowCodec::readStamp),
        map(batch, tags, row, RunRowCodec::readStamp),
        map(batch, metrics, row, RunRowCodec::readMetric),
        map(batch, inputs, row, RunRowCodec::readInput));
  }

  private static <V> Map<String, V> map(
      ColumnarBatch batch, int column, int row, Columns.EntryReader<V> reader) {
    return column < 0 ? Map.of() : Columns.decode(batch.getColumnVector(column), row, reader);
  }

  static <T> Optional<T> optional(ColumnVector column, int row, Columns.EntryReader<T> reader) {
    return column.isNullAt(row) ? Optional.empty() : Optional.of(reader.read(column, row));
  }

  private static Optional<RunOrigin> origin(ColumnarBatch batch, int row) {
    return Columns.optionalInstant(batch.getColumnVector(4), row)
        .map(
            start ->
                new RunOrigin(
                    Memo.of(stringOr(batch.getColumnVector(2), row, "")),
                    Memo.of(stringOr(batch.getColumnVector(3), row, "")),
                    start,
                    stringOr(batch.getColumnVector(5), row, "")));
  }

  static StatusChange readStatus(ColumnVector struct, int row) {
    return new StatusChange(
        struct.getChild(0).getLong(row),
        struct.getChild(1).getInt(row),
        struct.getChild(2).getLong(row),
        RunStatus.valueOf(struct.getChild(3).getString(row)),
        Columns.optionalInstant(struct.getChild(4), row),
        optionalString(struct.getChild(5), row));
  }

  static Stamp readStamp(ColumnVector struct, int row) {
    return new Stamp(struct.getChild(0).getLong(row), optionalString(struct.getChild(1), row));
  }

  private static MetricValue readMetric(ColumnVector struct, int row) {
    return new MetricValue(
        struct.getChild(0).getLong(row),
        Columns.millis(struct.getChild(1), row),
        struct.getChild(2).getDouble(row));
  }

  private static RunInput readInput(ColumnVector struct, int row) {
    return new RunInput(
        struct.getChild(0).getLong(row),
        new DatasetRef(
            struct.getChild(1).getString(row),
            struct.getChild(2).getString(row),
            optionalString(struct.getChild(3), row),
            optionalString(struct.getChild(4), row),
            optionalString(struct.getChild(5), row),
            optionalString(struct.getChild(6), row)));
  }

  private static final class Ids implements RowCodec<RunRow> {
    private static final StructType SCHEMA =
        Columns.struct("run_id", StringType.STRING, "experiment_id", StringType.STRING);

    @Override
    public StructType schema() {
      return SCHEMA;
    }

    @Override
    public Object[] encode(RunRow row) {
      return new Object[] {row.runId().value(), row.experimentId().value()};
    }

    @Override
    public RunRow decode(ColumnarBatch batch, int row) {
      return RunRow.of(
          new RunId(batch.getColumnVector(0).getString(row)),
          new ExperimentId(Memo.of(batch.getColumnVector(1).getString(row))));
    }
  }
}
