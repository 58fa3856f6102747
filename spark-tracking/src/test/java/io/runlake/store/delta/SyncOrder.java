package io.runlake.store.delta;

import io.runlake.store.delta.FaultPoints.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges, from the operations that a process did before it said that something is durable, whether
 * a loss of power at that moment, or at any moment before, would have kept to what a store
 * promises: a file has its content on the disk before it gets its name, a name is on the disk when
 * its folder was synced, and what a log entry names is on the disk before the entry is there.
 */
final class SyncOrder {
  private final List<Operation> operations;

  private SyncOrder(List<Operation> operations) {
    this.operations = operations;
  }

  /** What a loss of power could undo; empty if nothing. */
  static List<String> gaps(List<Operation> operations) {
    SyncOrder order = new SyncOrder(operations);
    List<String> gaps = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      switch (operation.verb()) {
        case "write" -> order.content(i, gaps);
        case "create" -> {
          if (!temporary(operation.path())) {
            order.name(i, order.nextEntry(i), gaps);
          }
        }
        case "link", "rename" -> order.name(i, operations.size(), gaps);
        case "mkdir" -> order.name(i, order.nextEntry(i), gaps);
        default -> {
          // Reading, syncing and deleting leave nothing that could be lost.
        }
      }
    }
    return gaps;
  }

  /** Content must be synced before anything refers to it. */
  private void content(int write, List<String> gaps) {
    Operation written = operations.get(write);
    int until = nextEntry(write);
    for (int i = write + 1; i < until; i++) {
      Operation next = operations.get(i);
      if (next.path().equals(written.path()) && next.verb().equals("sync")) {
        return;
      }
    }
    gaps.add("content of " + written.path());
  }

  /** A name is there for good once its folder was synced. */
  private void name(int given, int until, List<String> gaps) {
    String folder = Path.of(operations.get(given).path()).getParent().toString();
    for (int i = given + 1; i < until; i++) {
      Operation next = operations.get(i);
      if (next.path().equals(folder) && next.verb().equals("sync")) {
        return;
      }
    }
    gaps.add("name of " + operations.get(given).path());
  }

  /**
   * When the next file that may refer to what an operation did gets its final name by a link or
   * rename, or the end.
   */
  private int nextEntry(int after) {
    Path done = Path.of(operations.get(after).path());
    for (int i = after + 1; i < operations.size(); i++) {
      String verb = operations.get(i).verb();
      if ((verb.equals("link") || verb.equals("rename"))
          && mayReferTo(Path.of(operations.get(i).path()), done)) {
        return i;
      }
    }
    return operations.size();
  }

  /** The log of a table refers to files of that table, and stands in the folders above. */
  private static boolean mayReferTo(Path entry, Path file) {
    Path folder = entry.getParent();
    return !folder.endsWith("_delta_log")
        || file.startsWith(folder.getParent())
        || entry.startsWith(file);
  }

  private static boolean temporary(String path) {
    return LocalFiles.isTemporary(Path.of(path).getFileName().toString());
  }
}
