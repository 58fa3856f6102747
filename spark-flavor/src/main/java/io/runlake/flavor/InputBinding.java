package io.runlake.flavor;

import io.runlake.flavor.ColumnType.Scalar;
import io.runlake.flavor.ModelException.Kind;
import io.runlake.text.NearestMatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Fits the columns of an input to those that a model wants: which expression feeds which column,
 * and the rules for values that a safe cast does not cover. Finds every misfit before it complains.
 */
final class InputBinding {
  private static final String STAGE = "signature";

  /** Whole numbers beyond this do not all have a double of their own. */
  private static final long EXACT_IN_DOUBLE = 1L << 53;

  /** What feeds a wanted column. */
  record Feed(Column expression, DataType type) {}

  private final StructType schema;
  private final boolean parseStrings;
  private final Map<String, Feed> feeds = new LinkedHashMap<>();
  private final List<RowRule> rules = new ArrayList<>();
  private final List<String> misfits = new ArrayList<>();

  private InputBinding(StructType schema, boolean parseStrings) {
    this.schema = schema;
    this.parseStrings = parseStrings;
  }

  /** Binds the columns of a signature. */
  static InputBinding of(Signature signature, StructType schema, boolean parse, String model) {
    InputBinding binding = new InputBinding(schema, parse);
    for (ColumnSpec column : signature.inputs()) {
      binding.bind(column);
    }
    binding.complain(model);
    return binding;
  }

  /** Binds columns by name, as they are. */
  static InputBinding of(List<String> names, StructType schema) {
    InputBinding binding = new InputBinding(schema, false);
    for (String name : names) {
      binding.feeds.put(name, new Feed(quoted(name), schema.apply(name).dataType()));
    }
    return binding;
  }

  Map<String, Feed> feeds() {
    return feeds;
  }

  List<RowRule> rules() {
    return rules;
  }

  /** A column by its exact name, whatever characters are in it. */
  static Column quoted(String name) {
    return functions.col(quotedName(name));
  }

  private static String quotedName(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private void bind(ColumnSpec column) {
    if (column.name().isEmpty()) {
      misfits.add("a column without a name, of type " + column.type().describe());
      return;
    }
    String name = column.name().get();
    Optional<StructField> field =
        Arrays.stream(schema.fields()).filter(known -> known.name().equals(name)).findFirst();
    if (field.isPresent()) {
      bind(name, column.type(), field.get().dataType());
    } else if (column.required()) {
      misfits.add(
          "'"
              + name
              + "' ("
              + column.type().describe()
              + ") is missing"
              + NearestMatch.hint(name, List.of(schema.fieldNames())));
    } else {
      SparkTypes.dataType(column.type())
          .ifPresent(type -> feeds.put(name, new Feed(functions.lit(null).cast(type), type)));
    }
  }

  private void bind(String name, ColumnType wanted, DataType actual) {
    Column value = quoted(name);
    Optional<ColumnType> known = SparkTypes.columnType(actual);
    if (wanted instanceof ColumnType.Any || known.isPresent() && known.get().equals(wanted)) {
      feeds.put(name, new Feed(value, actual));
    } else if (wanted instanceof ColumnType.Vector && actual instanceof ArrayType array) {
      bindVector(name, value, array);
    } else if (wanted instanceof Scalar scalar && bindNumber(name, value, scalar, actual)) {
      return;
    } else if (wanted instanceof ColumnType.Array array
        && actual instanceof ArrayType given
        && widens(array.items(), given.elementType())) {
      DataType target = SparkTypes.dataType(wanted).orElseThrow();
      feeds.put(name, new Feed(value.cast(target), target));
    } else {
      misfits.add(
          "'"
              + name
              + "' is "
              + actual.simpleString()
              + ", which is not safely "
              + wanted.describe());
    }
  }

  private void bindVector(String name, Column value, ArrayType array) {
    if (!widens(Scalar.DOUBLE, array.elementType())) {
      misfits.add("'" + name + "' is " + array.simpleString() + ", which is no vector");
      return;
    }
    Column hole = functions.expr("exists(" + quotedName(name) + ", x -> x IS NULL)");
    rules.add(rule(name, hole, "has a null in it, which a vector cannot have"));
    // evaluated wherever Spark likes, so it must not fail on the rows that the rule splits off
    Column vector =
        org.apache.spark.ml.functions.array_to_vector(
            value.cast(DataTypes.createArrayType(DataTypes.DoubleType)));
    feeds.put(
        name,
        new Feed(
            functions.when(value.isNotNull().and(functions.not(hole)), vector),
            org.apache.spark.ml.linalg.SQLDataTypes.VectorType()));
  }

  private boolean bindNumber(String name, Column value, Scalar wanted, DataType actual) {
    Optional<DataType> number = SparkTypes.dataType(wanted).filter(InputBinding::isNumber);
    if (number.isEmpty()) {
      return false;
    }
    DataType target = number.get();
    if (widens(wanted, actual)) {
      feeds.put(name, new Feed(value.cast(target), target));
      return true;
    }
    if (wanted == Scalar.DOUBLE && actual.equals(DataTypes.LongType)) {
      Column beyond = value.gt(EXACT_IN_DOUBLE).or(value.lt(-EXACT_IN_DOUBLE));
      rules.add(rule(name, beyond, "is too large to be a double without a loss"));
      feeds.put(name, new Feed(value.cast(target), target));
      return true;
    }
    if (parseStrings && SparkTypes.isText(actual)) {
      Column parsed = functions.expr("try_cast(" + quotedName(name) + " AS " + target.sql() + ")");
      Column broken = value.isNotNull().and(parsed.isNull());
      rules.add(rule(name, broken, "is no " + wanted.describe()));
      feeds.put(name, new Feed(parsed, target));
      return true;
    }
    return false;
  }

  /** Casts that lose nothing, and decimals to doubles, as MLflow allows them. */
  private static boolean widens(ColumnType wanted, DataType actual) {
    if (!(wanted instanceof Scalar scalar)) {
      return SparkTypes.columnType(actual).filter(wanted::equals).isPresent();
    }
    Optional<ColumnType> known = SparkTypes.columnType(actual);
    return switch (scalar) {
      case LONG -> known.filter(type -> type == Scalar.INTEGER || type == Scalar.LONG).isPresent();
      case DOUBLE ->
          actual instanceof DecimalType
              || known
                  .filter(
                      type ->
                          type == Scalar.INTEGER || type == Scalar.FLOAT || type == Scalar.DOUBLE)
                  .isPresent();
      default -> known.filter(wanted::equals).isPresent();
    };
  }

  private static boolean isNumber(DataType type) {
    return type.equals(DataTypes.IntegerType)
        || type.equals(DataTypes.LongType)
        || type.equals(DataTypes.FloatType)
        || type.equals(DataTypes.DoubleType);
  }

  private static RowRule rule(String name, Column broken, String why) {
    return new RowRule.Expression(STAGE, name, 0, quoted(name), broken, why);
  }

  private void complain(String model) {
    if (!misfits.isEmpty()) {
      throw new ModelException(
          Kind.SIGNATURE,
          model,
          "The input does not fit the signature of the model at "
              + model
              + ": "
              + String.join("; ", misfits)
              + ". The input has "
              + Arrays.stream(schema.fields())
                  .map(field -> field.name() + " " + field.dataType().simpleString())
                  .toList());
    }
  }
}
