package io.runlake.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "gc",
    description = {
      "Delete for good what was deleted a while ago: runs, points, artifacts, experiments.",
      "A Spark job on this machine, by SPARK_HOME or the Spark of the build; safe beside writers and",
      "readers. On a cluster: spark-submit --class io.runlake.maintenance.GcJob."
    },
    footer = {"", "Example: runlake store gc --store ./runlake --older-than 30d --dry-run"})
final class StoreGc extends SparkCommand {
  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description = "Only what was deleted longer ago, as 30d or 12h. Default: 30d.")
  private String olderThan;

  @Override
  String job() {
    return "io.runlake.maintenance.GcJob";
  }
}
