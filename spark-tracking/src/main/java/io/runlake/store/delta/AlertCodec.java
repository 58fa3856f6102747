package io.runlake.store.delta;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.runlake.store.Alert;
import io.runlake.store.RunId;

/** The columns of {@code alerts}. */
final class AlertCodec implements RowCodec<Alert> {
  private static final StructType SCHEMA =
      Columns.struct(
          "at", LongType.LONG,
          "kind", StringType.STRING,
          "subject", StringType.STRING,
          "message", StringType.STRING,
          "run_id", StringType.STRING);

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Object[] encode(Alert alert) {
    return new Object[] {
      alert.at(),
      alert.kind(),
      alert.subject(),
      alert.message(),
      alert.runId().map(RunId::value).orElse(null)
    };
  }

  @Override
  public Alert decode(ColumnarBatch batch, int row) {
    return new Alert(
        batch.getColumnVector(0).getLong(row),
        batch.getColumnVector(1).getString(row),
        batch.getColumnVector(2).getString(row),
        batch.getColumnVector(3).getString(row),
        Columns.optionalString(batch.getColumnVector(4), row).map(RunId::new));
  }
}
