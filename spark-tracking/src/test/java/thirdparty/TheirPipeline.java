package thirdparty;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;

/** A user's own pipeline, which remembers how it was fitted and throws what it is told to. */
public final class TheirPipeline extends Pipeline {
  private static final long serialVersionUID = 1L;

  public final transient List<Dataset<?>> fitted = Collections.synchronizedList(new ArrayList<>());
  public transient PipelineModel made;
  private transient Throwable toThrow;

  public TheirPipeline(PipelineStage... stages) {
    setStages(stages);
  }

  /** From now on a fit throws this after its work. */
  public TheirPipeline throwing(Throwable what) {
    toThrow = what;
    return this;
  }

  @Override
  public PipelineModel fit(Dataset<?> dataset) {
    fitted.add(dataset);
    made = super.fit(dataset);
    if (toThrow != null) {
      TheirPipeline.<RuntimeException>sneak(toThrow);
    }
    return made;
  }

  @Override
  public Pipeline copy(ParamMap extra) {
    return this;
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable any) throws T {
    throw (T) any;
  }
}
