package io.runlake.scoring;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * How a line of CSV or JSON becomes a row, the same for both jobs: a line that does not parse
 * becomes a row with its text in the corrupt column.
 *
 * @param schema with the corrupt column
 * @param options of Spark's reader, with those that this rule needs
 */
public record LineFormat(StructType schema, String corruptColumn, Map<String, String> options) {
  private static final String CORRUPT_COLUMN = "_corrupt_record";
  private static final String CORRUPT_OPTION = "columnNameOfCorruptRecord";

  /** Keeps a copy. */
  public LineFormat {
    options = Map.copyOf(options);
  }

  /**
   * The rule for a schema.
   *
   * @param ddl the schema as the settings have it
   * @throws JobException BAD_INPUT if the schema cannot be parsed or an option is against the rule
   */
  public static LineFormat of(String ddl, Map<String, String> options) {
    String mode = options.getOrDefault("mode", "PERMISSIVE");
    if (!mode.equalsIgnoreCase("PERMISSIVE")) {
      throw JobException.badInput(
          "input.options.mode is "
              + mode
              + ": it must be PERMISSIVE, so that rows that do not parse are quarantined and"
              + " neither dropped nor fatal.");
    }
    String corruptColumn = options.getOrDefault(CORRUPT_OPTION, CORRUPT_COLUMN);
    StructType schema = schema(ddl);
    if (!List.of(schema.fieldNames()).contains(corruptColumn)) {
      schema = schema.add(corruptColumn, DataTypes.StringType, true);
    }
    Map<String, String> all = new TreeMap<>(options);
    all.put(CORRUPT_OPTION, corruptColumn);
    return new LineFormat(schema, corruptColumn, all);
  }

  /**
   * A schema from its text.
   *
   * @throws JobException BAD_INPUT if it cannot be parsed
   */
  public static StructType schema(String ddl) {
    try {
      return StructType.fromDDL(ddl);
    } catch (Exception e) {
      // Spark's ParseException is a checked exception that Scala throws unannounced.
      throw JobException.badInput(
          "Bad input.schema '"
              + ddl
              + "': "
              + JobException.firstLine(e)
              + ". Write it as DDL, for instance \"id bigint, amount double\".",
          e);
    }
  }
}
