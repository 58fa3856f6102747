package io.runlake.store;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * The id of a run: what we make is 32 lower-case hex digits in the layout of UUID version 7 (RFC
 * 9562), whose first 48 bits are the creation time in milliseconds; ids of other systems are taken
 * as they are.
 *
 * @param value letters, digits, {@code _} and {@code -}, at most 256, the first a letter or digit
 */
public record RunId(String value) {
  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,255}");
  private static final Pattern OURS = Pattern.compile("[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}");
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu-MM").withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The partition of runs whose id is not ours. */
  public static final String FOREIGN = "foreign";

  /** The month of the id that was asked for last. */
  private record Known(String id, String month) {}

  private static volatile Known lastAsked;

  public RunId {
    if (value == null || !LEGAL.matcher(value).matches()) {
      throw StoreException.invalid(
          "Invalid run id '"
              + value
              + "': it takes letters, digits, '_' and '-', at most 256, and starts with a letter"
              + " or digit.");
    }
  }

  /** A new id of ours, made at the given instant. */
  public static RunId newId(Instant now) {
    long high = now.toEpochMilli() << 16 | 0x7000L | (RANDOM.nextLong() & 0xfffL);
    long low = 0x8000000000000000L | (RANDOM.nextLong() >>> 2);
    return new RunId(String.format("%016x%016x", high, low));
  }

  /**
   * The partition of the run's rows: a pure function of the id, so that whoever appends to a run
   * knows it. {@code yyyy-MM} in UTC, or {@link #FOREIGN}.
   */
  public String month() {
    Known last = lastAsked;
    // Asked for each metric point: most are of the run before, and nearly all of its month.
    if (last != null && last.id().equals(value)) {
      return last.month();
    }
    String month =
        OURS.matcher(value).matches()
            ? MONTH.format(Instant.ofEpochMilli(Long.parseLong(value.substring(0, 12), 16)))
            : FOREIGN;
    lastAsked = new Known(value, month);
    return month;
  }

  @Override
  public String toString() {
    return value;
  }
}
