package io.runlake.flavor;

import java.io.IOException;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** A stage that is not Spark's own: doubles a column. */
public final class Doubling extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;

  /** Set when the class is initialised; tells whether a loader touched the class. */
  static final String TOUCHED = "runlake.test.doubling.touched";

  static {
    System.setProperty(TOUCHED, "true");
  }

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;

  /** For Spark's reader. */
  public Doubling(String uid) {
    this.uid = uid;
    this.inputCol = new Param<>(uid, "inputCol", "the column to double");
    this.outputCol = new Param<>(uid, "outputCol", "the doubled column");
  }

  Doubling setColumns(String in, String out) {
    set(inputCol, in);
    set(outputCol, out);
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The input parameter. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The output parameter. */
  public Param<String> outputCol() {
    return outputCol;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    return data.withColumn(
        getOrDefault(outputCol), functions.col(getOrDefault(inputCol)).multiply(2));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema.add(getOrDefault(outputCol), schema.apply(getOrDefault(inputCol)).dataType());
  }

  @Override
  public Transformer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public MLWriter write() {
    return new DefaultParamsWriter(this);
  }

  @Override
  public void save(String path) throws IOException {
    write().save(path);
  }

  /** What Spark's loader calls. */
  public static MLReader<Doubling> read() {
    return new DefaultParamsReader<>();
  }
}
