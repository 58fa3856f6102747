package io.runlake.store.delta;

import io.runlake.store.Alert;
import io.runlake.store.AlertLog;
import io.runlake.store.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The table {@code alerts}; rare, so each alert is a commit on the caller's thread. */
final class DeltaAlertLog implements AlertLog {
  private final TableWriter<Alert> writer;
  private final TableReader<Alert> reader;
  private final String path;

  DeltaAlertLog(DeltaTable<Alert> table, TableWriter<Alert> writer) {
    this.writer = writer;
    this.reader = new TableReader<>(table);
    this.path = table.path();
  }

  @Override
  public synchronized void append(Alert alert) {
    try {
      writer.append(List.of(alert));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.UNKNOWN,
          "Interrupted while writing to " + path + "; the alert may be in it.",
          e);
    }
    writer.housekeep();
  }

  @Override
  public List<Alert> all() {
    List<Alert> alerts = new ArrayList<>();
    reader.read(Optional.empty(), alerts::add);
    alerts.sort(Comparator.comparingLong(Alert::at));
    return alerts;
  }
}
