package io.runlake.notebooks;

import java.time.Duration;
import java.util.List;

/**
 * A cell that was executed.
 *
 * @param outputs what it has shown, in order
 */
record Executed(Cell cell, List<Output> outputs, Duration took) {
  Executed {
    outputs = List.copyOf(outputs);
  }
}
