package io.runlake.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which estimators are logged, by patterns over the full names of their classes in which {@code *}
 * stands for any text; a pattern without a dot is one over simple names.
 *
 * @param in what is logged; everything if empty
 * @param out what is not, also if it is {@code in}
 */
record EstimatorChoice(List<String> in, List<String> out) {
  static final EstimatorChoice ALL = new EstimatorChoice(List.of(), List.of());

  EstimatorChoice {
    in = List.copyOf(in);
    out = List.copyOf(out);
  }

  /** From lists with commas. */
  static EstimatorChoice of(String in, String out) {
    return new EstimatorChoice(patterns(in), patterns(out));
  }

  private static List<String> patterns(String list) {
    List<String> patterns = new ArrayList<>();
    for (String pattern : list.split(",")) {
      if (!pattern.isBlank()) {
        patterns.add(pattern.strip());
      }
    }
    return patterns;
  }

  boolean logs(Class<?> estimator) {
    return (in.isEmpty() || matches(in, estimator)) && !matches(out, estimator);
  }

  private static boolean matches(List<String> patterns, Class<?> estimator) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, estimator));
  }

  private static boolean matches(String pattern, Class<?> estimator) {
    String name = pattern.indexOf('.') < 0 ? estimator.getSimpleName() : estimator.getName();
    return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), name);
  }
}
