package thirdparty;

import java.util.UUID;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * An estimator as someone else would write it, whose model says its param {@code value} of every
 * row. Fitting and evaluating it run no Spark job, so that a test can tune it over a large grid.
 */
public class ConstantEstimator extends Estimator<ConstantEstimator.ConstantModel> {
  private static final long serialVersionUID = 1L;
  private static final String COLUMN = "constant ";

  private final String uid;
  private final DoubleParam value;

  public ConstantEstimator() {
    this("constant_" + UUID.randomUUID());
  }

  public ConstantEstimator(String uid) {
    this.uid = uid;
    this.value = new DoubleParam(this, "value", "what the model says");
  }

  public DoubleParam value() {
    return value;
  }

  @Override
  public ConstantModel fit(Dataset<?> dataset) {
    double says = (Double) getOrDefault(value);
    if (says < 0) {
      throw new IllegalArgumentException("no constant: " + says);
    }
    return new ConstantModel(uid, says);
  }

  @Override
  public ConstantEstimator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema;
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Its model. */
  public static class ConstantModel extends Model<ConstantModel> {
    private static final long serialVersionUID = 1L;
    private final String uid;
    private final double value;

    ConstantModel(String uid, double value) {
      this.uid = uid;
      this.value = value;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
      return dataset.withColumn(COLUMN + value, functions.lit(value));
    }

    @Override
    public ConstantModel copy(ParamMap extra) {
      return new ConstantModel(uid, value);
    }

    @Override
    public StructType transformSchema(StructType schema) {
      return schema.add(COLUMN + value, DataTypes.DoubleType);
    }

    @Override
    public String uid() {
      return uid;
    }
  }

  /** Says what the constant is, by the name of the column. */
  public static class ConstantEvaluator extends Evaluator {
    private static final long serialVersionUID = 1L;
    private final String uid = "evaluator_" + UUID.randomUUID();

    @Override
    public double evaluate(Dataset<?> dataset) {
      for (String column : dataset.columns()) {
        if (column.startsWith(COLUMN)) {
          return Double.parseDouble(column.substring(COLUMN.length()));
        }
      }
      throw new IllegalArgumentException("no predictions");
    }

    @Override
    public ConstantEvaluator copy(ParamMap extra) {
      return this;
    }

    @Override
    public String uid() {
      return uid;
    }
  }
}
