package io.runlake.spark;

import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * An estimator whose fits become runs, without a plugin: it fits the estimator inside and logs
 * that. It goes wherever an estimator goes, into a {@code Pipeline} or a {@code CrossValidator};
 * where the fit around it is logged already, it logs nothing itself. Its params are those of the
 * estimator inside: set them there. Saved, it is the estimator inside.
 *
 * @param <M> the model that the estimator gives
 */
public final class TrackedEstimator<M extends Model<M>> extends Estimator<M> implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final Estimator<M> inner;

  public TrackedEstimator(Estimator<M> inner) {
    this.inner = Objects.requireNonNull(inner, "inner");
  }

  /** The estimator that is fitted. */
  public Estimator<M> inner() {
    return inner;
  }

  @Override
  public M fit(Dataset<?> dataset) {
    return Autolog.fit(inner, dataset);
  }

  @Override
  public TrackedEstimator<M> copy(ParamMap extra) {
    return new TrackedEstimator<>(inner.copy(extra));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return inner.transformSchema(schema);
  }

  /** That of the estimator inside, so that a saved pipeline finds it again. */
  @Override
  public String uid() {
    return inner.uid();
  }

  /** Writes the estimator inside. */
  @Override
  public MLWriter write() {
    if (inner instanceof MLWritable writable) {
      return writable.write();
    }
    throw new UnsupportedOperationException(
        "The estimator "
            + inner.uid()
            + " ("
            + inner.getClass().getName()
            + ") cannot be written: it is not MLWritable.");
  }
}
