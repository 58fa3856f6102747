package io.runlake.sql;

/** Where a table lies, in the words of an engine. */
final class Location {
  private Location() {}

  /**
   * The path or URI of a table.
   *
   * @param root of the store, as Hadoop names it
   */
  static String of(Engine engine, String root, String table) {
    String path = root + "/" + table;
    if (engine == Engine.SPARK) {
      return path;
    }
    if (path.startsWith("s3a:")) {
      return "s3:" + path.substring("s3a:".length());
    }
    String plain = path.replaceFirst("^file:/*(?=/)", "");
    return engine == Engine.TRINO && plain.startsWith("/") ? "local://" + plain : plain;
  }

  /** A name between back-ticks. */
  static String backTicked(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** A text between single quotes; neither Trino nor DuckDB gives the backslash a meaning. */
  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
