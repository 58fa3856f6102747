package thirdparty;

import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/** An estimator as someone else would write it; it fits a pipeline of Spark's inside. */
public class MeanEstimator extends Estimator<PipelineModel> {
  private static final long serialVersionUID = 1L;
  private final String uid;
  private final transient PipelineStage[] stages;

  public MeanEstimator(String uid, PipelineStage... stages) {
    this.uid = uid;
    this.stages = stages;
  }

  @Override
  public PipelineModel fit(Dataset<?> dataset) {
    return new Pipeline().setStages(stages).fit(dataset);
  }

  @Override
  public MeanEstimator copy(ParamMap extra) {
    return new MeanEstimator(uid, stages);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema;
  }

  @Override
  public String uid() {
    return uid;
  }
}
