package io.runlake.flavor;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * One thing that a stage refuses in a column, as an expression. A rule stands at a position: the
 * number of stages that must have run before its column is there, 0 for columns of the input.
 */
sealed interface RowRule {
  /** The stage that would fail, or drop the row. */
  String stage();

  /** The column, as it is called at the rule's position. */
  String column();

  int position();

  /** True where the row breaks the rule, false elsewhere; never null. */
  Column broken(Column value, DataType type);

  /** What is wrong with this row, a text; only used where the rule is broken. */
  Column reason(Column value);

  /** What the rule says, the same in every run. */
  default String describe() {
    return Json.write(
        List.of(getClass().getSimpleName(), stage(), column(), position(), details()));
  }

  /** What tells two rules of the same kind on the same column apart. */
  default Object details() {
    return "";
  }

  /** Null is refused. */
  record NotNull(String stage, String column, int position) implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      return value.isNull();
    }

    @Override
    public Column reason(Column value) {
      return functions.lit("the value is null");
    }
  }

  /** NaN is refused; infinity is not, as Spark's assembler takes it. */
  record NotNan(String stage, String column, int position) implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      boolean floating = type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType);
      return floating ? functions.isnan(value) : functions.lit(false);
    }

    @Override
    public Column reason(Column value) {
      return functions.lit("the value is NaN");
    }
  }

  /** A label that was not seen in training is refused. */
  record Known(String stage, String column, int position, SortedSet<String> labels)
      implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      Column known =
          functions
              .udf(new RowFunctions.KnownLabel(labels), DataTypes.BooleanType)
              .apply(value.cast("string"));
      return value.isNotNull().and(functions.not(known));
    }

    @Override
    public Column reason(Column value) {
      return functions.concat(
          functions.lit("the label '"), shown(value), functions.lit("' was not seen in training"));
    }

    @Override
    public Object details() {
      return labels;
    }
  }

  /** A number outside of a range is refused. */
  record Between(String stage, String column, int position, Bounds bounds) implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      Column number = value.cast("double");
      Column within =
          number
              .geq(bounds.low())
              .and(bounds.highIncluded() ? number.leq(bounds.high()) : number.lt(bounds.high()));
      Column fine = bounds.nanAllowed() ? within.or(functions.isnan(number)) : within;
      return value.isNotNull().and(functions.not(functions.coalesce(fine, functions.lit(false))));
    }

    @Override
    public Column reason(Column value) {
      return functions.concat(
          functions.lit("the value "),
          shown(value),
          functions.lit(
              " is not in ["
                  + bounds.low()
                  + ", "
                  + bounds.high()
                  + (bounds.highIncluded() ? "]" : ")")));
    }

    @Override
    public Object details() {
      return bounds.toString();
    }
  }

  /** A range; the low end is included. */
  record Bounds(double low, double high, boolean highIncluded, boolean nanAllowed) {}

  /** A number that is no 32-bit integer is refused. */
  record IsInteger(String stage, String column, int position) implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      Column number = value.cast("double");
      Column fine =
          number
              .geq(Integer.MIN_VALUE)
              .and(number.leq(Integer.MAX_VALUE))
              .and(functions.floor(number).equalTo(number));
      return value.isNotNull().and(functions.not(functions.coalesce(fine, functions.lit(false))));
    }

    @Override
    public Column reason(Column value) {
      return functions.concat(
          functions.lit("the value "), shown(value), functions.lit(" is no integer of 32 bits"));
    }
  }

  /** A vector of another size is refused. */
  record Size(String stage, String column, int position, int size) implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      return SparkTypes.isVector(type) ? reason(value).isNotNull() : functions.lit(false);
    }

    @Override
    public Column reason(Column value) {
      return functions.udf(new RowFunctions.VectorSize(size), DataTypes.StringType).apply(value);
    }

    @Override
    public Object details() {
      return size;
    }
  }

  /** A vector with a category that was not seen in training is refused. */
  record Categories(
      String stage, String column, int position, SortedMap<Integer, SortedSet<Double>> known)
      implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      return reason(value).isNotNull();
    }

    @Override
    public Column reason(Column value) {
      return functions
          .udf(new RowFunctions.VectorCategories(new TreeMap<>(known)), DataTypes.StringType)
          .apply(value);
    }

    @Override
    public Object details() {
      Map<String, Object> text = new TreeMap<>();
      known.forEach((index, values) -> text.put(String.valueOf(index), values.toString()));
      return text;
    }
  }

  /** A vector with a value that the model has no probability for is refused. */
  record Counts(String stage, String column, int position, boolean zeroOrOne) implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      return reason(value).isNotNull();
    }

    @Override
    public Column reason(Column value) {
      return functions
          .udf(new RowFunctions.VectorCounts(zeroOrOne), DataTypes.StringType)
          .apply(value);
    }

    @Override
    public Object details() {
      return zeroOrOne;
    }
  }

  /**
   * A row that the reader could not parse is refused.
   *
   * <p>A reader of text parses the columns that it is asked for and no more, so that a record may
   * be corrupt to who reads all columns and sound to who reads some. The hash makes each reading
   * ask for all columns; that it hits the one value of 64 bits is as unlikely as it is harmless.
   */
  record Parsed(String stage, String column, int position, Column hashOfAll) implements RowRule {
    private static final long UNLIKELY = 0x5275_6e6c_616b_6501L;

    @Override
    public Column broken(Column value, DataType type) {
      return value.isNotNull().or(hashOfAll.equalTo(UNLIKELY));
    }

    @Override
    public Column reason(Column value) {
      return functions.concat(functions.lit("the record could not be parsed: "), shown(value));
    }
  }

  /** Whatever an expression over the input says; {@code given} is the column as it came in. */
  record Expression(
      String stage, String column, int position, Column given, Column condition, String why)
      implements RowRule {
    @Override
    public Column broken(Column value, DataType type) {
      return functions.coalesce(condition, functions.lit(false));
    }

    @Override
    public Column reason(Column value) {
      return functions.concat(
          functions.lit("the value '"), shown(given), functions.lit("' " + why));
    }
  }

  private static Column shown(Column value) {
    return functions.coalesce(
        functions.substring(value.cast("string"), 1, 200), functions.lit("null"));
  }
}
