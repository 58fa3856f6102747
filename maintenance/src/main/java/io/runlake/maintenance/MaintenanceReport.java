package io.runlake.maintenance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What maintenance did, or, in a dry run, would do.
 *
 * @param deadRuns runs whose program died, which became KILLED, or would
 * @param tables those that are there
 * @param seconds from start to end
 */
public record MaintenanceReport(
    String root, boolean dryRun, int deadRuns, List<TableReport> tables, double seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keeps a copy. */
  public MaintenanceReport {
    tables = List.copyOf(tables);
  }

  /**
   * A table before and after.
   *
   * @param rewritten the months whose files were replaced; one empty text for a table without
   * @param rowsSettled changes that became part of a settled row; 0 but for {@code runs}
   * @param mapsMended runs whose latest metrics lacked points that {@code metrics} holds
   * @param checkpointed whether a checkpoint was written
   * @param failures what could not be done, in words; the rest was done
   */
  public record TableReport(
      String name,
      Size before,
      Size after,
      List<String> rewritten,
      long rowsSettled,
      long mapsMended,
      boolean checkpointed,
      List<String> failures) {
    /** Keeps copies. */
    public TableReport {
      rewritten = List.copyOf(rewritten);
      failures = List.copyOf(failures);
    }
  }

  /** The live files of a table. */
  public record Size(long files, long bytes) {
    static Size of(List<StoreTable.PartitionFiles> partitions) {
      return new Size(
          partitions.stream().mapToLong(StoreTable.PartitionFiles::count).sum(),
          partitions.stream().mapToLong(StoreTable.PartitionFiles::bytes).sum());
    }
  }

  /** What could not be done, in words. */
  public List<String> failures() {
    return tables.stream().flatMap(table -> table.failures().stream()).toList();
  }

  /** For people. */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    lines.add(
        (dryRun ? "Store " + root + " would be maintained:" : "Store " + root + " is maintained:"));
    if (deadRuns > 0) {
      lines.add("  dead runs   " + deadRuns + (dryRun ? " would become KILLED" : " became KILLED"));
    }
    for (TableReport table : tables) {
      StringBuilder line = new StringBuilder();
      line.append(String.format(Locale.ROOT, "  %-12s", table.name()));
      line.append(size(table.before()));
      if (!dryRun) {
        line.append(" -> ").append(size(table.after()));
      }
      line.append(rewritten(table));
      if (table.name().equals("runs") && (table.rowsSettled() > 0 || table.mapsMended() > 0)) {
        line.append("; ").append(table.rowsSettled()).append(" rows settled");
        line.append(", ").append(table.mapsMended()).append(" maps mended");
      }
      lines.add(line.toString());
    }
    failures().forEach(failure -> lines.add("  not done     " + failure));
    lines.add(String.format(Locale.ROOT, "  seconds      %.1f", seconds));
    return lines;
  }

  private String rewritten(TableReport table) {
    if (table.rewritten().isEmpty()) {
      return dryRun ? ", nothing to do" : ", unchanged";
    }
    String what = dryRun ? ", to rewrite" : ", rewritten";
    List<String> months = table.rewritten().stream().filter(month -> !month.isEmpty()).toList();
    return months.isEmpty() ? what : what + " " + String.join(" ", months);
  }

  private static String size(Size size) {
    return String.format(
        Locale.ROOT, "%d files, %.1f MB", size.files(), size.bytes() / (1024.0 * 1024));
  }

  /** For programs: one line. */
  public String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("status", failures().isEmpty() ? "done" : "failed");
    node.put("root", root);
    node.put("dry_run", dryRun);
    node.put("dead_runs", deadRuns);
    ArrayNode all = node.putArray("tables");
    for (TableReport table : tables) {
      ObjectNode one = all.addObject();
      one.put("table", table.name());
      put(one.putObject("before"), table.before());
      put(one.putObject("after"), table.after());
      table.rewritten().forEach(one.putArray("rewritten")::add);
      one.put("rows_settled", table.rowsSettled());
      one.put("maps_mended", table.mapsMended());
      one.put("checkpointed", table.checkpointed());
      table.failures().forEach(one.putArray("failures")::add);
    }
    node.put("seconds", seconds);
    return node.toString();
  }

  private static void put(ObjectNode node, Size size) {
    node.put("files", size.files());
    node.put("bytes", size.bytes());
  }
}
