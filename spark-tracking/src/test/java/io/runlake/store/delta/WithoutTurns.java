package io.runlake.store.delta;

import java.io.IOException;
import java.nio.file.Files;

/** Takes the turns of writers away, so that they race. */
final class WithoutTurns {
  private WithoutTurns() {}

  /** Nobody can lock a folder. Before the first write to the table. */
  static void at(String root, TableSpec<?> table) throws IOException {
    Files.createDirectories(
        LocalFiles.path(root + "/" + table.name() + "/_delta_log/" + Turns.FILE));
  }
}
