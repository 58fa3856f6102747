package io.runlake.store;

import java.util.List;

/** The alerts: a log that is only appended to. Thread-safe. */
public interface AlertLog {
  /** Writes one alert; durable when this returns. Atomicity: seen whole or not at all. */
  void append(Alert alert);

  /** All alerts, oldest first. */
  List<Alert> all();
}
