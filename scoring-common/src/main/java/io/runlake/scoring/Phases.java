package io.runlake.scoring;

import java.io.PrintStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Says what the job is at, and how long each phase took. */
public final class Phases {
  private final PrintStream out;
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  /** Says it there. */
  public Phases(PrintStream out) {
    this.out = out;
  }

  /** Does a phase of the work; the seconds of one that comes again are added up. */
  public <T> T time(String phase, String what, Supplier<T> work) {
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

  /** Prints a line for people. */
  public void say(String line) {
    out.println("[runlake] " + line);
    out.flush();
  }

  /** Seconds by phase, in the order of their first start. */
  public Map<String, Double> seconds() {
    return Collections.unmodifiableMap(seconds);
  }
}
