package io.runlake.store;

import java.util.Objects;

/**
 * Something in a store that is not as {@code docs/format.md} says, or that its operator should
 * know.
 *
 * @param severity how bad it is
 * @param invariant the rule, in a short name that does not change, such as {@code log.dense}
 * @param table the table, or {@code artifacts}, {@code models}
 * @param where the file or row
 * @param what what is there instead of what should be
 * @param mend what to do
 */
public record Finding(
    Severity severity, String invariant, String table, String where, String what, String mend) {
  /** How bad a finding is. */
  public enum Severity {
    /** A rule is broken: something is lost, doubled, or misread. */
    VIOLATION,
    /** Nothing is lost; something is slower, later or odder than it should be. */
    WARNING,
    /** What may be cleaned up. */
    INFO
  }

  public Finding {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(invariant, "invariant");
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(where, "where");
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(mend, "mend");
  }

  @Override
  public String toString() {
    return severity + " " + invariant + " " + table + " " + where + ": " + what + " Mend: " + mend;
  }
}
