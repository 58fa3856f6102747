package io.runlake.store.delta;

import io.runlake.store.RegistryRow;
import io.runlake.store.StateTable;
import io.runlake.store.StateTable.Decision;
import io.runlake.store.StateTable.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The change that tests of races make: the next version of one model, whatever that is. */
final class NextVersion {
  private NextVersion() {}

  /** Returns the number that was registered. */
  static int register(StateTable<RegistryRow> registry) {
    return registry.change(NextVersion::decide);
  }

  static Decision<RegistryRow, Integer> decide(State<RegistryRow> state) {
    int next = state.rows().size() + 1;
    RegistryRow row =
        new RegistryRow(
            RegistryRow.Entry.version("m", next),
            false,
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new RegistryRow.ModelSource("file:/m", Optional.empty(), "sha256:0")),
            Instant.EPOCH,
            new RegistryRow.Change("ann", Instant.EPOCH, ""),
            state.nextRevision());
    return new Decision<>(List.of(row), next);
  }
}
