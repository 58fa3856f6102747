package io.runlake.autolog;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Values as Python's {@code str} writes them, since that is how MLflow stores params. Reference:
 * "Built-in Types" and {@code float.__repr__} of the Python documentation.
 */
final class PythonText {
  private PythonText() {}

  /** As {@code str(value)}: a string bare, all else as its {@code repr}. */
  static String str(ParamValue value, StageNames names) {
    return value instanceof ParamValue.Text text ? text.value() : repr(value, names);
  }

  private static String repr(ParamValue value, StageNames names) {
    if (value instanceof ParamValue.Flag flag) {
      return flag.value() ? "True" : "False";
    }
    if (value instanceof ParamValue.Whole whole) {
      return Long.toString(whole.value());
    }
    if (value instanceof ParamValue.Real real) {
      return real(real.value());
    }
    if (value instanceof ParamValue.Text text) {
      return quoted(text.value());
    }
    if (value instanceof ParamValue.Other other) {
      return other.text();
    }
    if (value instanceof ParamValue.Items items) {
      return items(items, names);
    }
    if (value instanceof ParamValue.Stage stage) {
      return names.of(stage.facts().uid());
    }
    if (value instanceof ParamValue.Stages stages) {
      StringBuilder text = new StringBuilder("[");
      stages.stages().forEach(s -> separate(text).append(quoted(names.of(s.uid()))));
      return text.append(']').toString();
    }
    return "None";
  }

  private static String items(ParamValue.Items items, StageNames names) {
    StringBuilder text = new StringBuilder("[");
    items.values().forEach(item -> separate(text).append(repr(item, names)));
    if (items.omitted() > 0) {
      separate(text).append("... (").append(items.omitted()).append(" more)");
    }
    return text.append(']').toString();
  }

  private static StringBuilder separate(StringBuilder list) {
    return list.length() > 1 ? list.append(", ") : list;
  }

  /**
   * The fewest digits that read back as the same double, with an exponent below 1e-4 and from 1e16
   * on. {@code Double.toString} differs in both, and is not always shortest before Java 19.
   */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = shortest.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return (value < 0 ? "-" : "")
        + mantissa
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
  }

  /** A string as Python's {@code repr} quotes it: single quotes unless it holds only those. */
  static String quoted(String value) {
    char quote = value.indexOf('\'') >= 0 && value.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder text = new StringBuilder(value.length() + 2).append(quote);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c == quote) {
            text.append('\\').append(c);
          } else if (c < ' ' || c == 0x7f) {
            text.append(String.format("\\x%02x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    return text.append(quote).toString();
  }
}
