package io.runlake.store;

import io.runlake.store.Finding.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a store is examined, and who hears of it.
 *
 * @param now what time it is
 * @param skew by how much the clocks of writers may differ
 * @param findings takes each finding, on the examining thread
 * @param progress takes a word of what is being examined, for people who wait
 */
public record Checkup(
    Instant now, Duration skew, Consumer<Finding> findings, Consumer<String> progress) {
  /** What {@link #skew} is unless somebody says otherwise. */
  public static final Duration DEFAULT_SKEW = Duration.ofMinutes(5);

  public Checkup {
    Objects.requireNonNull(now, "now");
    Objects.requireNonNull(skew, "skew");
    Objects.requireNonNull(findings, "findings");
    Objects.requireNonNull(progress, "progress");
  }

  public void violation(String rule, String table, String where, String what, String mend) {
    findings.accept(new Finding(Severity.VIOLATION, rule, table, where, what, mend));
  }

  public void warning(String rule, String table, String where, String what, String mend) {
    findings.accept(new Finding(Severity.WARNING, rule, table, where, what, mend));
  }

  public void info(String rule, String table, String where, String what, String mend) {
    findings.accept(new Finding(Severity.INFO, rule, table, where, what, mend));
  }
}
