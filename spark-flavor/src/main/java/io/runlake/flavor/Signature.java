package io.runlake.flavor;

import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a model wants and those that it gives, in MLflow's JSON form.
 *
 * @param inputs at least one column
 * @param outputs may be empty
 */
public record Signature(List<ColumnSpec> inputs, List<ColumnSpec> outputs) {
  /** Copies, and refuses an empty input. */
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty()) {
      throw new ModelException(
          ModelException.Kind.SIGNATURE,
          "inputs",
          "A signature without input columns says nothing");
    }
  }

  /**
   * The signature of a fitted model, from the schema that it was trained on: a column is an input
   * if the model cannot transform the schema without it, so labels and unused columns are left out.
   * The output is the prediction, as MLflow records it for Spark models. Runs no job.
   *
   * @throws ModelException of kind {@code SIGNATURE} when a wanted column has a type that MLflow
   *     has no word for (decimals, intervals), or the model does not take the schema
   */
  public static Signature infer(StructType trainingSchema, Transformer model) {
    return SignatureInference.infer(trainingSchema, model);
  }

  /**
   * The JSON of one object with {@code inputs}, {@code outputs}, {@code params}, each JSON in a
   * string.
   */
  public String toJson() {
    return Json.write(SignatureJson.entries(this));
  }

  /** Reads what {@link #toJson()} writes; {@code params} are not kept. */
  public static Signature fromJson(String json) {
    return SignatureJson.parse(json);
  }
}
