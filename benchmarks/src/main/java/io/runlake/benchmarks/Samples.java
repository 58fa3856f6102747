package io.runlake.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** Samples of one quantity, in the order in which they were taken. */
record Samples(List<Double> values) {
  Samples {
    values = List.copyOf(values);
  }

  static Samples none() {
    return new Samples(List.of());
  }

  Samples with(double value) {
    List<Double> more = new ArrayList<>(values);
    more.add(value);
    return new Samples(more);
  }

  Samples with(List<Double> further) {
    List<Double> more = new ArrayList<>(values);
    more.addAll(further);
    return new Samples(more);
  }

  /** The middle value, or the mean of the two middle ones. */
  double median() {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The ratio of each sample to that of the other side in the same turn. */
  Samples over(Samples rival) {
    return pairs(rival, (mine, theirs) -> mine / theirs);
  }

  /** Each sample and that of the other side in the same turn together. */
  Samples plus(Samples other) {
    return pairs(other, Double::sum);
  }

  /** Each sample without that of the other side in the same turn. */
  Samples minus(Samples other) {
    return pairs(other, (mine, theirs) -> mine - theirs);
  }

  private Samples pairs(Samples other, DoubleBinaryOperator of) {
    List<Double> results = new ArrayList<>();
    for (int i = 0; i < Math.min(values.size(), other.values.size()); i++) {
      results.add(of.applyAsDouble(values.get(i), other.values.get(i)));
    }
    return new Samples(results);
  }

  /** Median, least, greatest and number, for what is told besides. */
  Map<String, Object> spread() {
    Map<String, Object> spread = new LinkedHashMap<>();
    spread.put("median", Figures.rounded(median()));
    spread.put("min", Figures.rounded(min()));
    spread.put("max", Figures.rounded(max()));
    spread.put("n", values.size());
    return spread;
  }

  double min() {
    return Collections.min(values);
  }

  double max() {
    return Collections.max(values);
  }
}
