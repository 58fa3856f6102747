package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The columns of {@code metrics}. */
final class MetricPointCodec implements RowCodec<MetricPoint> {
  private static final StructType SCHEMA =
      Columns.struct(
          "experiment_id", StringType.STRING,
          "run_id", StringType.STRING,
          "key", StringType.STRING,
          "value", DoubleType.DOUBLE,
          "timestamp", TimestampType.TIMESTAMP,
          "step", LongType.LONG);

  /** The same columns, with texts as the bytes that they are in the file. */
  private static final StructType BYTES =
      Columns.struct(
          "experiment_id", BinaryType.BINARY,
          "run_id", BinaryType.BINARY,
          "key", BinaryType.BINARY,
          "value", DoubleType.DOUBLE,
          "timestamp", TimestampType.TIMESTAMP,
          "step", LongType.LONG);

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Object[] encode(MetricPoint point) {
    return new Object[] {
      point.experimentId().value(),
      point.runId().value(),
      point.key(),
      point.value().value(),
      Columns.microsOfMillis(point.value().timestamp()),
      point.value().step()
    };
  }

  /** Without an array and three boxes for each point: there may be hundreds of thousands. */
  @Override
  public List<ColumnVector> columns(List<MetricPoint> points) {
    int size = points.size();
    String[] experiments = new String[size];
    String[] runs = new String[size];
    String[] keys = new String[size];
    double[] values = new double[size];
    long[] timestamps = new long[size];
    long[] steps = new long[size];
    for (int i = 0; i < size; i++) {
      MetricPoint point = points.get(i);
      experiments[i] = point.experimentId().value();
      runs[i] = point.runId().value();
      keys[i] = point.key();
      values[i] = point.value().value();
      timestamps[i] = Columns.microsOfMillis(point.value().timestamp());
      steps[i] = point.value().step();
    }
    return List.of(
        new ValueVector(StringType.STRING, experiments),
        new ValueVector(StringType.STRING, runs),
        new ValueVector(StringType.STRING, keys),
        new NumberVector(DoubleType.DOUBLE, new long[0], values),
        new NumberVector(TimestampType.TIMESTAMP, timestamps, new double[0]),
        new NumberVector(LongType.LONG, steps, new double[0]));
  }

  @Override
  public MetricPoint decode(ColumnarBatch batch, int row) {
    return new MetricPoint(
        new ExperimentId(batch.getColumnVector(0).getString(row)),
        new RunId(batch.getColumnVector(1).getString(row)),
        batch.getColumnVector(2).getString(row),
        value(batch, row));
  }

  private static MetricValue value(ColumnarBatch batch, int row) {
    return new MetricValue(
        batch.getColumnVector(5).getLong(row),
        Columns.millis(batch.getColumnVector(4), row),
        batch.getColumnVector(3).getDouble(row));
  }

  /** Reads the points of one run, of one metric or all. */
  static RowCodec<MetricPoint> only(RunId run, Optional<String> key) {
    return new OfRun(run, key);
  }

  /**
   * Compares the bytes of ids and keys, and makes texts of those rows alone that are wanted: a file
   * holds the points of many runs. Thread-safe.
   */
  private static final class OfRun implements RowCodec<MetricPoint> {
    private final RunId run;
    private final Optional<String> key;
    private final byte[] runBytes;
    private final Optional<byte[]> keyBytes;
    private volatile Known last = new Known(new byte[0], null);

    /** An id and its bytes: the points of a run are of one experiment. */
    private record Known(byte[] bytes, ExperimentId id) {}

    OfRun(RunId run, Optional<String> key) {
      this.run = run;
      this.key = key;
      this.runBytes = run.value().getBytes(StandardCharsets.UTF_8);
      this.keyBytes = key.map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public StructType schema() {
      return BYTES;
    }

    @Override
    public Object[] encode(MetricPoint point) {
      return TableSpec.METRICS.codec().encode(point);
    }

    @Override
    public boolean wants(ColumnarBatch batch, int row) {
      return Arrays.equals(batch.getColumnVector(1).getBinary(row), runBytes)
          && (keyBytes.isEmpty()
              || Arrays.equals(batch.getColumnVector(2).getBinary(row), keyBytes.get()));
    }

    @Override
    public MetricPoint decode(ColumnarBatch batch, int row) {
      return new MetricPoint(
          experiment(batch.getColumnVector(0).getBinary(row)),
          run,
          key.orElseGet(() -> Memo.of(text(batch.getColumnVector(2).getBinary(row)))),
          value(batch, row));
    }

    private ExperimentId experiment(byte[] bytes) {
      Known known = last;
      if (known.id() == null || !Arrays.equals(known.bytes(), bytes)) {
        known = new Known(bytes, new ExperimentId(text(bytes)));
        last = known;
      }
      return known.id();
    }

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
