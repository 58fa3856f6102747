package io.runlake.store.delta;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.runlake.store.ExperimentId;
import io.runlake.store.ExperimentRow;

/** The columns of {@code experiments}. */
final class ExperimentRowCodec implements RowCodec<ExperimentRow> {
  private static final StructType SCHEMA =
      Columns.struct(
          "experiment_id", StringType.STRING,
          "name", StringType.STRING,
          "artifact_location", StringType.STRING,
          "lifecycle", StringType.STRING,
          "tags", Columns.mapOf(StringType.STRING),
          "creation_time", TimestampType.TIMESTAMP,
          "last_update_time", TimestampType.TIMESTAMP,
          "revision", LongType.LONG);

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Object[] encode(ExperimentRow row) {
    return new Object[] {
      row.experimentId().value(),
      row.name(),
      row.artifactLocation(),
      row.lifecycle(),
      row.tags(),
      Columns.micros(row.creationTime()),
      Columns.micros(row.lastUpdateTime()),
      row.revision()
    };
  }

  @Override
  public ExperimentRow decode(ColumnarBatch batch, int row) {
    return new ExperimentRow(
        new ExperimentId(batch.getColumnVector(0).getString(row)),
        batch.getColumnVector(1).getString(row),
        batch.getColumnVector(2).getString(row),
        batch.getColumnVector(3).getString(row),
        Columns.decode(batch.getColumnVector(4), row, (values, at) -> values.getString(at)),
        Columns.instant(batch.getColumnVector(5), row),
        Columns.instant(batch.getColumnVector(6), row),
        batch.getColumnVector(7).getLong(row));
  }
}
