package io.runlake.cli;

import io.runlake.errors.TrackingException;
import io.runlake.store.RunCounts;
import io.runlake.store.TableStats;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
    name = "stats",
    description = {
      "Count what the tables hold: files, bytes, rows, log entries, runs by status.",
      "CHANGES are rows of runs that settling has not merged yet; LOG is the number of log entries",
      "since the newest checkpoint. Both grow until the store is maintained."
    },
    footer = {"", "Example: runlake store stats --store ./runlake"})
final class StoreStats extends StoreCommand {
  @Override
  Answer answer(Runlake runlake) {
    List<TableStats> tables = TrackingException.mapped(() -> runlake.store().care().tables());
    RunCounts runs = TrackingException.mapped(() -> runlake.store().care().runs());
    String root = runlake.store().root();
    return new Answer(() -> json(root, tables, runs), () -> text(root, tables, runs));
  }

  private static Map<String, Object> json(String root, List<TableStats> tables, RunCounts runs) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", root);
    json.put("tables", tables.stream().map(StoreStats::json).toList());
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("total", runs.total());
    Map<String, Object> byStatus = new LinkedHashMap<>();
    runs.byStatus().forEach((status, count) -> byStatus.put(status.name(), count));
    counts.put("by_status", byStatus);
    counts.put("without_status", runs.withoutStatus());
    counts.put("deleted", runs.deleted());
    json.put("runs", counts);
    return json;
  }

  private static Map<String, Object> json(TableStats table) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", table.name());
    json.put("version", table.version());
    json.put("files", table.files());
    json.put("bytes", table.bytes());
    json.put("rows", orNull(table.rows()));
    json.put("change_rows", orNull(table.changeRows()));
    json.put("commits_since_checkpoint", table.commitsSinceCheckpoint());
    json.put("months", table.months());
    return json;
  }

  private static Long orNull(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static String text(String root, List<TableStats> tables, RunCounts runs) {
    TextTable table =
        new TextTable("TABLE", "VERSION", "FILES", "BYTES", "ROWS", "CHANGES", "LOG", "MONTHS");
    for (TableStats stats : tables) {
      table.row(
          stats.name(),
          Long.toString(stats.version()),
          Long.toString(stats.files()),
          bytes(stats.bytes()),
          text(stats.rows()),
          text(stats.changeRows()),
          Long.toString(stats.commitsSinceCheckpoint()),
          months(stats.months()));
    }
    return "store "
        + Faults.oneLine(root)
        + System.lineSeparator()
        + table
        + counts(runs)
        + System.lineSeparator();
  }

  private static String counts(RunCounts runs) {
    String byStatus =
        runs.byStatus().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    return "runs "
        + runs.total()
        + (byStatus.isEmpty() ? "" : ": " + byStatus)
        + (runs.withoutStatus() == 0 ? "" : ", " + runs.withoutStatus() + " without a status")
        + (runs.deleted() == 0 ? "" : "; " + runs.deleted() + " of them deleted");
  }

  private static String text(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : "";
  }

  private static String months(SortedSet<String> months) {
    return switch (months.size()) {
      case 0 -> "";
      case 1 -> months.first();
      case 2 -> months.first() + ", " + months.last();
      default -> months.first() + " ... " + months.last() + " (" + months.size() + ")";
    };
  }

  private static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = bytes / 1024.0;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}
