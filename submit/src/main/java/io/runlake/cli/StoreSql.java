package io.runlake.cli;

import io.runlake.errors.TrackingException;
import io.runlake.sql.Engine;
import io.runlake.sql.StoreView;
import io.runlake.sql.StoreViews;
import io.runlake.store.TableStats;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "sql",
    description = {
      "Print views of the current state as SQL, for readers that have no Runlake.",
      "Nothing is run: give the statements to Spark, Trino or DuckDB."
    },
    footer = {"", "Example: runlake store sql --store ./runlake --engine spark"})
final class StoreSql extends StoreCommand {
  @Option(
      names = "--engine",
      paramLabel = "spark|trino|duckdb",
      required = true,
      converter = Converter.class,
      description = "What will run the statements.")
  private Engine engine;

  @Override
  Answer answer(Runlake runlake) {
    String root = runlake.store().root();
    List<TableStats> tables = TrackingException.mapped(() -> runlake.store().care().tables());
    Set<String> there = tables.stream().map(TableStats::name).collect(Collectors.toSet());
    Engine wanted = engine;
    return new Answer(
        () -> json(wanted, root, there), () -> StoreViews.script(wanted, root, there));
  }

  private static Map<String, Object> json(Engine engine, String root, Set<String> there) {
    Map<String, Object> views = new LinkedHashMap<>();
    for (StoreView view : StoreViews.of(engine, table -> StoreViews.scan(engine, root, table))) {
      if (there.contains(view.table())) {
        views.put(view.name(), view.select());
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", root);
    json.put("engine", engine.name().toLowerCase(Locale.ROOT));
    json.put("views", views);
    return json;
  }

  static final class Converter implements ITypeConverter<Engine> {
    @Override
    public Engine convert(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "spark" -> Engine.SPARK;
        case "trino" -> Engine.TRINO;
        case "duckdb" -> Engine.DUCKDB;
        default ->
            throw new TypeConversionException("'" + value + "' is none of spark, trino, duckdb");
      };
    }
  }
}
