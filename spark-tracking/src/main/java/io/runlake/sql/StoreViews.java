package io.runlake.sql;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The views of a store for an engine. They have the same names, columns and rows in all. */
public final class StoreViews {
  /** Where Trino keeps the tables, once they are registered. */
  private static final String TRINO_SCHEMA = "delta.runlake";

  private StoreViews() {}

  /**
   * The views.
   *
   * @param tables what stands in a query for a table, such as {@code runs}, by its name
   */
  public static List<StoreView> of(Engine engine, UnaryOperator<String> tables) {
    return engine == Engine.SPARK
        ? new SparkViews(tables).all()
        : new ExplodingViews(engine, tables).all();
  }

  /**
   * The current state of runs, a row each, in the shape of the table {@code runs}, as Spark SQL:
   * settled rows as they are, but for those of runs that were changed since, which are merged with
   * their changes.
   *
   * @param table what stands in the query for the table
   */
  public static String currentRuns(String table) {
    return SparkViews.currentRuns(table);
  }

  /** The same where no run was changed since it was settled. */
  public static String settledRuns(String table) {
    return SparkViews.settledRuns(table, "");
  }

  /** What stands in a query of an engine for a table of the store at a root. */
  public static String scan(Engine engine, String root, String table) {
    String location = Location.of(engine, root, table);
    return switch (engine) {
      case SPARK -> "delta." + Location.backTicked(location);
      case TRINO -> TRINO_SCHEMA + "." + table;
      case DUCKDB -> "delta_scan(" + Location.quoted(location) + ")";
    };
  }

  /**
   * The statements that create the views over the tables of a store.
   *
   * @param there the tables that the store has by now; what reads others is left out, with a word
   */
  public static String script(Engine engine, String root, Set<String> there) {
    StringBuilder script = new StringBuilder();
    script.append("-- The current state of the Runlake store at ").append(oneLine(root));
    script.append(", as views of ").append(engine.productName()).append(".\n");
    script.append(needs(engine));
    if (engine == Engine.TRINO) {
      there.stream().sorted().forEach(table -> script.append(registration(root, table)));
    }
    for (StoreView view : of(engine, table -> scan(engine, root, table))) {
      script.append('\n');
      if (there.contains(view.table())) {
        script.append("-- over the table ").append(view.table()).append('\n');
        script.append("CREATE OR REPLACE VIEW ").append(name(engine, view)).append(" AS\n");
        script.append(view.select()).append(";\n");
      } else {
        script.append("-- ").append(view.name()).append(": the store has no table ");
        script.append(view.table()).append(" yet; print this again once it has.\n");
      }
    }
    return script.toString();
  }

  private static String needs(Engine engine) {
    return switch (engine) {
      case SPARK -> "-- Needs Delta's extension and catalog in the session; nothing of Runlake.\n";
      case TRINO ->
          "-- Needs the Delta connector as catalog 'delta', with table registration on"
              + " (delta.register-table-procedure.enabled), and a view-capable metastore.\n"
              + "CREATE SCHEMA IF NOT EXISTS "
              + TRINO_SCHEMA
              + ";\n";
      case DUCKDB -> "INSTALL delta;\nLOAD delta;\n";
    };
  }

  private static String registration(String root, String table) {
    return "CALL delta.system.register_table(schema_name => 'runlake', table_name => "
        + Location.quoted(table)
        + ", table_location => "
        + Location.quoted(Location.of(Engine.TRINO, root, table))
        + ");\n";
  }

  private static String name(Engine engine, StoreView view) {
    return engine == Engine.TRINO ? TRINO_SCHEMA + "." + view.name() : view.name();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
