package io.runlake.notebooks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the cell under way has shown so far, in order. Thread-safe: any thread may print. */
final class Outputs {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<Output> outputs = new ArrayList<>();

  /** Where a cell prints to. */
  PrintStream printStream() {
    return new PrintStream(
        new ByteArrayOutputStream() {
          @Override
          public synchronized void flush() {
            synchronized (Outputs.this) {
              printed.writeBytes(toByteArray());
            }
            reset();
          }
        },
        true,
        StandardCharsets.UTF_8);
  }

  synchronized void add(Output output) {
    takePrinted();
    outputs.add(output);
  }

  /** Everything since the last call. */
  synchronized List<Output> take() {
    takePrinted();
    List<Output> all = List.copyOf(outputs);
    outputs.clear();
    return all;
  }

  private void takePrinted() {
    String text = printed.toString(StandardCharsets.UTF_8);
    printed.reset();
    if (!text.isBlank()) {
      outputs.add(new Output.Printed(text.stripTrailing()));
    }
  }
}
