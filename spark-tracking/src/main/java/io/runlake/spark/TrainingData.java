package io.runlake.spark;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What reaches a stage of a fitted pipeline, for naming its features. Only Spark's own stages say
 * in the metadata of their output what the elements of a vector are, and only when they transform;
 * so they transform a frame without rows, which runs no job. Stages of others are asked for their
 * schema alone. Immutable.
 */
final class TrainingData {
  private static final String SPARK_ML = "org.apache.spark.ml.";

  /** These give one element for each of their input, and keep its names to themselves. */
  private static final Set<String> ELEMENT_BY_ELEMENT =
      Set.of(
          "StandardScalerModel",
          "MinMaxScalerModel",
          "MaxAbsScalerModel",
          "RobustScalerModel",
          "IDFModel",
          "Normalizer",
          "ElementwiseProduct");

  private final Optional<Dataset<?>> rows;
  private final Optional<Dataset<Row>> shape;
  private final Map<String, List<String>> names;

  private TrainingData(
      Optional<Dataset<?>> rows, Optional<Dataset<Row>> shape, Map<String, List<String>> names) {
    this.rows = rows;
    this.shape = shape;
    this.names = names;
  }

  /** Nothing is known of it. */
  static TrainingData unknown() {
    return new TrainingData(Optional.empty(), Optional.empty(), Map.of());
  }

  /**
   * The data of a fit.
   *
   * @param withRows whether figures may be computed from it, which runs Spark jobs
   */
  static TrainingData of(Dataset<?> data, boolean withRows) {
    return new TrainingData(
        withRows ? Optional.of(data) : Optional.empty(),
        Optional.of(empty(data.sparkSession(), data.schema())),
        Map.of());
  }

  private static Dataset<Row> empty(SparkSession session, StructType schema) {
    return session.createDataFrame(List.<Row>of(), schema);
  }

  /** The rows; empty if no job may run, or they cannot be had. */
  Optional<Dataset<?>> rows() {
    return rows;
  }

  /** What comes out of a stage that this goes into. */
  TrainingData after(Transformer stage) {
    Optional<Dataset<Row>> next = shape.flatMap(frame -> transformed(stage, frame));
    Map<String, List<String>> known = new HashMap<>(names);
    if (ELEMENT_BY_ELEMENT.contains(stage.getClass().getSimpleName())) {
      column(stage, "inputCol")
          .ifPresent(
              from ->
                  column(stage, "outputCol").ifPresent(to -> known.put(to, elementNames(from))));
    }
    return new TrainingData(rows.flatMap(data -> of(stage, data)), next, known);
  }

  private static Optional<Dataset<?>> of(Transformer stage, Dataset<?> data) {
    try {
      return Optional.of(stage.transform(data));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Dataset<Row>> transformed(Transformer stage, Dataset<Row> frame) {
    try {
      if (stage.getClass().getName().startsWith(SPARK_ML)) {
        return Optional.of(stage.transform(frame));
      }
    } catch (RuntimeException e) {
      // An assembler of vectors whose sizes are unknown looks for them in the first row.
    }
    try {
      return Optional.of(empty(frame.sparkSession(), stage.transformSchema(frame.schema())));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Names the elements of a vector column: {@code <column>_<index>} where nothing says it. */
  IntFunction<String> elements(String column) {
    List<String> known = elementNames(column);
    return index -> {
      String name = index < known.size() ? known.get(index) : "";
      return name.isEmpty() ? column + "_" + index : name;
    };
  }

  private List<String> elementNames(String column) {
    List<String> carried = names.getOrDefault(column, List.of());
    List<String> own = field(column).map(ScalaInterop::elementNames).orElse(List.of());
    return own.stream().allMatch(String::isEmpty) && !carried.isEmpty() ? carried : own;
  }

  /** The names of the classes in a label column; empty where its metadata do not say. */
  List<String> labels(String column) {
    return field(column).map(ScalaInterop::labels).orElse(List.of());
  }

  private Optional<StructField> field(String column) {
    return shape
        .map(Dataset::schema)
        .filter(schema -> List.of(schema.fieldNames()).contains(column))
        .map(schema -> schema.apply(column));
  }

  /** The column that a param names; empty without such a param. */
  static Optional<String> column(Object stage, String param) {
    return stage instanceof Params params
            && params.hasParam(param)
            && params.isDefined(params.getParam(param))
        ? Optional.of(String.valueOf(params.getOrDefault(params.getParam(param))))
        : Optional.empty();
  }
}
