package io.runlake.search;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One clause of a filter; a filter is a list of them, all of which must hold. A clause about
 * something that the row does not have is false, also with {@code !=} and {@code NOT IN}, as in
 * MLflow.
 */
public sealed interface Condition {
  Field field();

  /** Whether the clause holds for a row. */
  boolean holds(Facts facts);

  /** The comparisons of numbers. NaN is unequal to everything and neither less nor greater. */
  enum Comparison {
    EQUAL("=") {
      @Override
      boolean holds(double a, double b) {
        return a == b;
      }
    },
    NOT_EQUAL("!=") {
      @Override
      boolean holds(double a, double b) {
        return a != b;
      }
    },
    LESS("<") {
      @Override
      boolean holds(double a, double b) {
        return a < b;
      }
    },
    LESS_OR_EQUAL("<=") {
      @Override
      boolean holds(double a, double b) {
        return a <= b;
      }
    },
    GREATER(">") {
      @Override
      boolean holds(double a, double b) {
        return a > b;
      }
    },
    GREATER_OR_EQUAL(">=") {
      @Override
      boolean holds(double a, double b) {
        return a >= b;
      }
    };

    private final String symbol;

    Comparison(String symbol) {
      this.symbol = symbol;
    }

    abstract boolean holds(double a, double b);

    static Comparison of(String symbol) {
      for (Comparison comparison : values()) {
        if (comparison.symbol.equals(symbol)) {
          return comparison;
        }
      }
      throw new IllegalArgumentException("No comparison of numbers: " + symbol);
    }
  }

  /** A number compared, such as {@code metrics.accuracy > 0.9}. */
  record Number(Field field, Comparison comparison, double value) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      OptionalDouble number = facts.number(field);
      return number.isPresent() && comparison.holds(number.getAsDouble(), value);
    }
  }

  /** A text that is equal, or ({@code !=}) is there and is not. */
  record Text(Field field, boolean equal, String value) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      return facts.texts(field).stream().anyMatch(text -> text.equals(value) == equal);
    }
  }

  /** {@code LIKE} and {@code ILIKE}: {@code %} is any text, {@code _} any one character. */
  record Like(Field field, String pattern, boolean ignoreCase) implements Condition {
    @Override
    public boolean holds(Facts facts) {
      return facts.texts(field).stream().anyMatch(matcher());
    }

    /** Whether a text is like the pattern. */
    public Predicate<String> matcher() {
      int[] wanted = folded(pattern);
      return text -> matches(folded(text), wanted);
    }

    private int[] folded(String text) {
      return (ignoreCase ? text.toLowerCase(Locale.ROOT) : text).codePoints().toArray();
    }

    /** Greedy with one point to come back to, so at worst pattern times text steps. */
    private static boolean matches(int[] text, int[] pattern) {
      if (Arrays.stream(pattern).filter(c -> c != '%').count() > text.length) {
        return false;
      }
      int at = 0;
      int in = 0;
      int afterPercent = -1;
      int resume = 0;
      while (at < text.length) {
        if (in < pattern.length && pattern[in] == '%') {
          afterPercent = ++in;
          resume = at;
        } else if (in < pattern.length && (pattern[in] == '_' || pattern[in] == text[at])) {
          in++;
          at++;
        } else if (afterPercent >= 0) {
          in = afterPercent;
          at = ++resume;
        } else {
          return false;
        }
      }
      while (in < pattern.length && pattern[in] == '%') {
        in++;
      }
      return in == pattern.length;
    }
  }

  /** {@code IN} and {@code NOT IN}. */
  record In(Field field, boolean in, Set<String> values) implements Condition {
    public In {
      values = Set.copyOf(values);
    }

    @Override
    public boolean holds(Facts facts) {
      return facts.texts(field).stream().anyMatch(text -> values.contains(text) == in);
    }
  }
}
