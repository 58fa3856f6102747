package io.runlake.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values as people read them in a table. */
final class Texts {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final int DIGITS = 5;

  private Texts() {}

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
