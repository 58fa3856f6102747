package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds the columns of a model by asking for its output schema; runs no job. */
final class SignatureInference {
  private SignatureInference() {}

  static Signature infer(StructType trainingSchema, Transformer model) {
    StructType schema = withoutOutputsOf(model, trainingSchema);
    StructType output = outputOf(model, schema);
    List<ColumnSpec> inputs = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (!fits(model, without(schema, field.name()))) {
        inputs.add(ColumnSpec.of(field.name(), typeOf(field)));
      }
    }
    if (inputs.isEmpty()) {
      throw new ModelException(
          Kind.SIGNATURE,
          model.uid(),
          "The model "
              + model.uid()
              + " wants none of the columns "
              + Arrays.toString(schema.fieldNames()));
    }
    List<ColumnSpec> outputs = new ArrayList<>();
    predictionColumn(model, output)
        .flatMap(name -> SparkTypes.columnType(output.apply(name).dataType()))
        .ifPresent(type -> outputs.add(new ColumnSpec(Optional.empty(), type, true)));
    return new Signature(inputs, outputs);
  }

  /** The names of the columns without which the model does not take the schema, in schema order. */
  static List<String> wanted(StructType schema, Transformer model) {
    outputOf(model, schema);
    return Arrays.stream(schema.fieldNames())
        .filter(name -> !fits(model, without(schema, name)))
        .toList();
  }

  /** The schema that the model makes of this one, or why it makes none. */
  static StructType outputOf(Transformer model, StructType schema) {
    try {
      return model.transformSchema(schema);
    } catch (Exception e) { // Spark's AnalysisException is checked, and undeclared
      throw new ModelException(
          Kind.SIGNATURE,
          model.uid(),
          "The model "
              + model.uid()
              + " does not take the columns "
              + schema.simpleString()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** The column of the prediction: the last stage's own word for it, or what it puts out. */
  static Optional<String> predictionColumn(Transformer model, StructType output) {
    List<Transformer> leaves = Leaves.of(model);
    for (int i = leaves.size() - 1; i >= 0; i--) {
      Optional<String> prediction = Leaves.text(leaves.get(i), "predictionCol");
      if (prediction.isPresent() && Arrays.asList(output.fieldNames()).contains(prediction.get())) {
        return prediction;
      }
    }
    return leaves.isEmpty()
        ? Optional.empty()
        : Leaves.text(leaves.get(leaves.size() - 1), "outputCol")
            .filter(name -> Arrays.asList(output.fieldNames()).contains(name));
  }

  private static boolean fits(Transformer model, StructType schema) {
    try {
      model.transformSchema(schema);
      return true;
    } catch (Exception refused) {
      return false;
    }
  }

  private static ColumnType typeOf(StructField field) {
    return SparkTypes.columnType(field.dataType())
        .orElseThrow(
            () ->
                new ModelException(
                    Kind.SIGNATURE,
                    field.name(),
                    "A signature has no word for the type "
                        + field.dataType().simpleString()
                        + " of the column '"
                        + field.name()
                        + "'"));
  }

  /** A frame that was transformed already has the outputs; a model does not take them as inputs. */
  private static StructType withoutOutputsOf(Transformer model, StructType schema) {
    StructType kept = schema;
    for (Transformer leaf : Leaves.of(model)) {
      for (String output : Leaves.outputs(leaf)) {
        if (Arrays.asList(kept.fieldNames()).contains(output)
            && !(model instanceof PipelineModel && Leaves.inputs(leaf).contains(output))) {
          kept = without(kept, output);
        }
      }
    }
    return kept;
  }

  private static StructType without(StructType schema, String name) {
    return new StructType(
        Arrays.stream(schema.fields())
            .filter(field -> !field.name().equals(name))
            .toArray(StructField[]::new));
  }
}
