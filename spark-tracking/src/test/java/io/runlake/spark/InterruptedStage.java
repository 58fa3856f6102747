package io.runlake.spark;

import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** A stage whose user stops it: the thread is interrupted, and the fit throws. */
final class InterruptedStage extends Transformer {
  private static final long serialVersionUID = 1L;

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    Thread.currentThread().interrupt();
    throw new IllegalStateException("stopped by its user");
  }

  @Override
  public Transformer copy(ParamMap extra) {
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema;
  }

  @Override
  public String uid() {
    return "interrupted";
  }
}
