package io.runlake.maintenance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What went for good, or, in a dry run, would go.
 *
 * @param experiments those that went, by id
 * @param runs how many went
 * @param folders artifact folders that were deleted
 * @param foldersGone those that were gone already, or never made
 * @param skipped what stays on purpose, and why
 * @param failures what could not be deleted; the next start tries again
 */
public record GcReport(
    String root,
    boolean dryRun,
    List<String> experiments,
    long runs,
    long folders,
    long foldersGone,
    List<String> skipped,
    List<String> failures,
    double seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a long list the first are shown. */
  private static final int SHOWN = 20;

  /** Keeps copies. */
  public GcReport {
    experiments = List.copyOf(experiments);
    skipped = List.copyOf(skipped);
    failures = List.copyOf(failures);
  }

  /** For people. */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    String goes = dryRun ? " would go for good:" : " went for good:";
    lines.add("From store " + root + goes);
    lines.add("  experiments  " + experiments.size());
    lines.add("  runs         " + runs);
    if (!dryRun) {
      lines.add("  artifacts    " + folders + " folders, " + foldersGone + " were gone already");
    }
    list(lines, "  stays        ", skipped);
    list(lines, "  not done     ", failures);
    lines.add(String.format(Locale.ROOT, "  seconds      %.1f", seconds));
    return lines;
  }

  private static void list(List<String> lines, String heading, List<String> what) {
    what.stream().limit(SHOWN).forEach(one -> lines.add(heading + one));
    if (what.size() > SHOWN) {
      lines.add(heading + "and " + (what.size() - SHOWN) + " more; --json lists all");
    }
  }

  /** For programs: one line. */
  public String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("status", failures.isEmpty() ? "done" : "failed");
    node.put("root", root);
    node.put("dry_run", dryRun);
    experiments.forEach(node.putArray("experiments")::add);
    node.put("runs", runs);
    node.put("artifact_folders", folders);
    node.put("artifact_folders_gone", foldersGone);
    skipped.forEach(node.putArray("skipped")::add);
    failures.forEach(node.putArray("failures")::add);
    node.put("seconds", seconds);
    return node.toString();
  }
}
