package io.runlake.cli;

import picocli.CommandLine.Command;

/** {@code runlake store}: what keeps a store in order. {@link StoreCommand} is something else. */
@Command(
    name = "store",
    description = "See what a store holds and keep it in order.",
    subcommands = {
      StoreStats.class,
      StoreDoctor.class,
      StoreReap.class,
      StoreRecover.class,
      StoreUpgrade.class,
      StoreSql.class,
      StoreMaintain.class,
      StoreGc.class
    },
    footer = {"", "Example: runlake store stats --store ./runlake"})
final class StoreGroup extends Group {}
