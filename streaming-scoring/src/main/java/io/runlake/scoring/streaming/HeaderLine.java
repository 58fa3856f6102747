package io.runlake.scoring.streaming;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.api.java.UDF1;

/** Whether all fields of a line are names of columns. A class made for the trip, no lambda. */
final class HeaderLine implements UDF1<String, Boolean> {
  private static final long serialVersionUID = 1L;

  private final HashSet<String> names;
  private final String separator;
  private final String quote;

  HeaderLine(List<String> names, String separator, String quote) {
    this.names = new HashSet<>(names);
    this.separator = separator;
    this.quote = quote;
  }

  @Override
  public Boolean call(String line) {
    for (String field : line.split(Pattern.quote(separator), -1)) {
      String name = field.strip();
      if (name.length() >= 2 && name.startsWith(quote) && name.endsWith(quote)) {
        name = name.substring(1, name.length() - 1);
      }
      if (!names.contains(name)) {
        return false;
      }
    }
    return true;
  }
}
