package io.runlake.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells on stderr what is being done, once it takes long enough for somebody to wonder. */
final class Progress implements Consumer<String> {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

  private final PrintWriter err;
  private long last = System.nanoTime();

  Progress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void accept(String word) {
    long now = System.nanoTime();
    if (now - last >= PATIENCE) {
      last = now;
      err.println("runlake: " + Faults.oneLine(word) + " ...");
      err.flush();
    }
  }
}
