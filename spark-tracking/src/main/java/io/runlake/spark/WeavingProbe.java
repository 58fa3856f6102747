package io.runlake.spark;

import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * An estimator that does nothing. Its fit is woven like any other, so calling it proves that the
 * way from woven code to our hook is open; see {@link Weaver}.
 */
final class WeavingProbe extends Estimator<PipelineModel> {
  private static final long serialVersionUID = 1L;

  private transient boolean reached;

  /** Whether a fit of this probe comes to the hook. */
  static boolean reachesHook() {
    WeavingProbe probe = new WeavingProbe();
    probe.fit(null);
    return probe.reached;
  }

  /** Said by the hook. */
  void reached() {
    reached = true;
  }

  @Override
  public PipelineModel fit(Dataset<?> dataset) {
    return null;
  }

  @Override
  public WeavingProbe copy(ParamMap extra) {
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema;
  }

  @Override
  public String uid() {
    return "runlakeWeavingProbe";
  }
}
