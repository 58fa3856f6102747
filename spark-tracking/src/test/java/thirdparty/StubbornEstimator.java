package thirdparty;

import java.util.concurrent.CountDownLatch;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Someone's estimator whose model takes as long to save as it is told to. */
public class StubbornEstimator extends Estimator<StubbornEstimator.Fitted> {
  private static final long serialVersionUID = 1L;

  /** Saving begins, and ends when somebody allows it. */
  public static volatile CountDownLatch mayEnd = new CountDownLatch(0);

  @Override
  public Fitted fit(Dataset<?> dataset) {
    return new Fitted();
  }

  @Override
  public StubbornEstimator copy(ParamMap extra) {
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema;
  }

  @Override
  public String uid() {
    return "stubborn";
  }

  /** The model. */
  public static class Fitted extends Model<Fitted> implements MLWritable {
    private static final long serialVersionUID = 1L;

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
      return dataset.toDF();
    }

    @Override
    public Fitted copy(ParamMap extra) {
      return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
      return schema;
    }

    @Override
    public String uid() {
      return "stubbornModel";
    }

    @Override
    public MLWriter write() {
      return new MLWriter() {
        @Override
        public void saveImpl(String path) {
          boolean waiting = true;
          while (waiting) {
            try {
              mayEnd.await();
              waiting = false;
            } catch (InterruptedException stubborn) {
              // Goes on saving, whoever asks it to stop.
            }
          }
          new java.io.File(path, "metadata").mkdirs();
        }
      };
    }
  }
}
