package io.runlake.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "maintain",
    description = {
      "End dead runs, settle runs, compact tables, write checkpoints, delete files that no version",
      "needs.",
      "A Spark job on this machine, by SPARK_HOME or the Spark of the build; safe beside writers and",
      "readers. On a cluster: spark-submit --class io.runlake.maintenance.MaintainJob."
    },
    footer = {"", "Example: runlake store maintain --store ./runlake"})
final class StoreMaintain extends SparkCommand {
  @Option(
      names = "--file-size",
      paramLabel = "MIB",
      description = "About how large data files are made. Default: 128.")
  private String fileSize;

  @Override
  String job() {
    return "io.runlake.maintenance.MaintainJob";
  }
}
