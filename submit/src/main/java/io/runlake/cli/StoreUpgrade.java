package io.runlake.cli;

import io.runlake.errors.TrackingException;
import io.runlake.store.TableUpgrade;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "upgrade",
    description = {
      "Take the tables to the version of the format that this Runlake writes.",
      "Older versions of Runlake refuse the store from then on. A cut-off upgrade is run again."
    },
    footer = {"", "Example: runlake store upgrade --store ./runlake --dry-run"})
final class StoreUpgrade extends StoreCommand {
  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  private boolean dryRun;

  @Override
  Answer answer(Runlake runlake) {
    List<TableUpgrade> done =
        TrackingException.mapped(() -> runlake.store().care().upgrade(dryRun));
    return new Answer(() -> json(done), () -> text(done));
  }

  private Map<String, Object> json(List<TableUpgrade> upgrades) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dry_run", dryRun);
    json.put(
        "upgrades",
        upgrades.stream()
            .map(
                upgrade -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("table", upgrade.table());
                  one.put("from", upgrade.from());
                  one.put("to", upgrade.to());
                  return one;
                })
            .toList());
    return json;
  }

  private String text(List<TableUpgrade> upgrades) {
    if (upgrades.isEmpty()) {
      return "Nothing to do: every table has the format that this Runlake writes."
          + System.lineSeparator();
    }
    TextTable table = new TextTable("TABLE", "FROM", "TO");
    upgrades.forEach(upgrade -> table.row(upgrade.table(), upgrade.from(), upgrade.to()));
    return table + (dryRun ? "would be upgraded" : "upgraded") + System.lineSeparator();
  }
}
