package io.runlake.scoring.batch;

import java.io.PrintStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Says what the job is at, and how long each phase took. */
final class Phases {
  private final PrintStream out;
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  Phases(PrintStream out) {
    this.out = out;
  }

  <T> T time(String phase, String what, Supplier<T> work) {
    say(what + " ...");
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      double took = (System.nanoTime() - start) / 1e9;
      seconds.merge(phase, took, Double::sum);
      say(String.format(Locale.ROOT, "%s took %.1f s", phase, took));
    }
  }

  void say(String line) {
    out.println("[runlake] " + line);
    out.flush();
  }

  /** Seconds by phase, in the order of their first start. */
  Map<String, Double> seconds() {
    return Collections.unmodifiableMap(seconds);
  }
}
