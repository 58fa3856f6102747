package thirdparty;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** A user's own model, which knows its data: it transforms that, whatever it is given. */
public final class TheirModel extends Model<TheirModel> {
  private static final long serialVersionUID = 1L;
  private final transient PipelineModel inner;
  private final transient Dataset<Row> data;

  public TheirModel(PipelineModel inner, Dataset<Row> data) {
    this.inner = inner;
    this.data = data;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    return inner.transform(data);
  }

  @Override
  public TheirModel copy(ParamMap extra) {
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return inner.transformSchema(schema);
  }

  @Override
  public String uid() {
    return "theirs";
  }
}
