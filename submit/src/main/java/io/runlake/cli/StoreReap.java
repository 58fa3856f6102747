package io.runlake.cli;

import io.runlake.errors.TrackingException;
import io.runlake.tracking.Reaper;
import io.runlake.tracking.Reaper.DeadRun;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "reap",
    description = {
      "End the runs of programs that died: those whose lease ended more than five minutes ago",
      "become KILLED, with the reason. A program that was only slow still ends its run itself."
    },
    footer = {"", "Example: runlake store reap --store ./runlake --dry-run"})
final class StoreReap extends StoreCommand {
  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  private boolean dryRun;

  @Override
  Answer answer(Runlake runlake) {
    Reaper reaper = Reaper.over(runlake.store());
    List<DeadRun> runs = TrackingException.mapped(() -> dryRun ? reaper.find() : reaper.reap());
    return new Answer(() -> json(runs), () -> text(runlake, runs));
  }

  private Map<String, Object> json(List<DeadRun> runs) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dry_run", dryRun);
    json.put(
        "runs",
        runs.stream()
            .map(
                run -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("run_id", run.id().value());
                  one.put("experiment_id", run.experimentId().value());
                  one.put("lease_until", run.leaseUntil().toEpochMilli());
                  return one;
                })
            .toList());
    return json;
  }

  private String text(Runlake runlake, List<DeadRun> runs) {
    if (runs.isEmpty()) {
      return "No run is dead: all that are RUNNING renew their lease." + System.lineSeparator();
    }
    Map<String, String> names = Experiments.names(runlake);
    TextTable table = new TextTable("RUN ID", "EXPERIMENT", "LEASE ENDED (UTC)");
    runs.forEach(
        run ->
            table.row(
                run.id().value(),
                names.getOrDefault(run.experimentId().value(), run.experimentId().value()),
                Texts.time(run.leaseUntil())));
    return table
        + (dryRun ? "would be KILLED: " : "KILLED: ")
        + runs.size()
        + System.lineSeparator();
  }
}
