package io.runlake.scoring.streaming;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Whether all fields of a line are names of columns. A class made for the trip, no lambda.
 *
 * <p>A header that names all columns in another order than the schema ends the query, unless the
 * schema is to be enforced: CSV is read by position, and one column would be scored as another.
 */
final class HeaderLine implements UDF1<String, Boolean> {
  private static final long serialVersionUID = 1L;

  private final String[] names;
  private final String separator;
  private final String quote;
  private final boolean enforceSchema;

  HeaderLine(List<String> names, String separator, String quote, boolean enforceSchema) {
    this.names = names.toArray(String[]::new);
    this.separator = separator;
    this.quote = quote;
    this.enforceSchema = enforceSchema;
  }

  @Override
  public Boolean call(String line) {
    String[] fields = line.split(Pattern.quote(separator), -1);
    for (int i = 0; i < fields.length; i++) {
      fields[i] = unquoted(fields[i].strip());
      if (position(fields[i]) < 0) {
        return false;
      }
    }
    if (!enforceSchema && fields.length == names.length) {
      for (int i = 0; i < fields.length; i++) {
        if (position(fields[i]) != i) {
          throw new IllegalArgumentException(
              "a header says '"
                  + line
                  + "', but input.schema has '"
                  + names[i]
                  + "' as column "
                  + (i + 1)
                  + ". CSV is read by position: write input.schema in the order of the files, or"
                  + " set input.options.enforceSchema to true to go by the schema nevertheless");
        }
      }
    }
    return true;
  }

  private String unquoted(String field) {
    return field.length() >= 2 && field.startsWith(quote) && field.endsWith(quote)
        ? field.substring(1, field.length() - 1)
        : field;
  }

  private int position(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }
}
