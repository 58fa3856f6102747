package io.runlake.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values as people read them in a table. */
final class Texts {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final int DIGITS = 5;

  /** What would start a new line, move the cursor, colour a terminal or turn the text round. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

  private Texts() {}

  /** A text that others wrote, so that it stays within its line and does nothing to a terminal. */
  static String printable(String text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ");
  }

  /** The same for the lines of an answer, each ended. */
  static String printableLines(String text) {
    return text.lines()
        .map(line -> printable(line) + System.lineSeparator())
        .collect(Collectors.joining());
  }

  /** In UTC; empty text where there is none. */
  static String time(Optional<Instant> instant) {
    return instant.map(TIME::format).orElse("");
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** Seconds with one decimal; empty text where there is none. */
  static String seconds(Optional<Long> millis) {
    return millis.map(value -> String.format(Locale.ROOT, "%.1f s", value / 1000.0)).orElse("");
  }

  /** Five significant digits. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros();
    boolean plain = rounded.signum() == 0 || Math.abs(rounded.precision() - rounded.scale()) < 10;
    return plain ? rounded.toPlainString() : rounded.toString();
  }

  /** {@code a=1, b=2}. */
  static String pairs(Map<String, String> pairs) {
    return pairs.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
