package io.runlake.evaluate;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many examples of each class were predicted as which.
 *
 * @param labels the names of the classes
 * @param counts by true class, then by predicted class
 */
public record ConfusionMatrix(List<String> labels, List<List<Long>> counts) {
  public ConfusionMatrix {
    labels = List.copyOf(labels);
    counts = counts.stream().map(List::copyOf).toList();
    int size = labels.size();
    if (counts.size() != size || counts.stream().anyMatch(row -> row.size() != size)) {
      throw new IllegalArgumentException(
          "A confusion matrix of " + size + " classes is square: " + counts);
    }
  }

  /** From pairs of true and predicted class, by their places. */
  static ConfusionMatrix of(List<String> labels, Map<List<Integer>, Long> pairs) {
    List<List<Long>> counts =
        IntStream.range(0, labels.size())
            .mapToObj(
                row ->
                    IntStream.range(0, labels.size())
                        .mapToObj(column -> pairs.getOrDefault(List.of(row, column), 0L))
                        .toList())
            .toList();
    return new ConfusionMatrix(labels, counts);
  }

  /** All examples. */
  public long total() {
    return counts.stream().flatMap(List::stream).mapToLong(Long::longValue).sum();
  }

  /** Examples of a class. */
  public long actual(int label) {
    return counts.get(label).stream().mapToLong(Long::longValue).sum();
  }

  /** Examples that were predicted as a class. */
  public long predicted(int label) {
    return counts.stream().mapToLong(row -> row.get(label)).sum();
  }

  /** Examples of a class that were predicted as it. */
  public long right(int label) {
    return counts.get(label).get(label);
  }

  /** The share of examples whose class was predicted. */
  public double accuracy() {
    long right = IntStream.range(0, labels.size()).mapToLong(this::right).sum();
    return (double) right / total();
  }

  /** The share of those predicted as the class that are of it; 0 if none was predicted. */
  public double precision(int label) {
    return predicted(label) == 0 ? 0 : (double) right(label) / predicted(label);
  }

  /** The share of those of the class that were predicted as it; 0 if there are none. */
  public double recall(int label) {
    return actual(label) == 0 ? 0 : (double) right(label) / actual(label);
  }

  /** The harmonic mean of precision and recall; 0 if both are. */
  public double f1(int label) {
    long both = predicted(label) + actual(label);
    return both == 0 ? 0 : 2.0 * right(label) / both;
  }
}
