package io.runlake.evaluate;

import java.util.List;
import java.util.Map;

/**
 * What one pass over the predictions of a classifier counts.
 *
 * @param names of the classes 0, 1, …, where they are known; else empty
 * @param pairs examples by true and predicted class
 * @param skipped rows without a label, a prediction or scores, which count nowhere else
 * @param scored how many classes have scores, all of them from 0 on; 0 without scores
 * @param scores rows of the scores, for classes that have them
 * @param logLoss the sum of the negative logarithms of the probability of the true class; NaN
 *     without probabilities
 * @param probabilities whether the scores are probabilities
 */
public record ClassifierCounts(
    List<String> names,
    Map<Pair, Long> pairs,
    long skipped,
    int scored,
    List<ScoreCount> scores,
    double logLoss,
    boolean probabilities) {
  /** A true and a predicted class. */
  public record Pair(double label, double prediction) {}

  /**
   * Examples with nearly the same score for a class.
   *
   * @param label the class
   * @param positive whether they are of it
   * @param bin the greater, the greater their scores
   * @param tenth which tenth of the probabilities from 0 to 1
   * @param examples how many
   * @param sum of their scores
   * @param least of their scores
   * @param squares the sum of the squared differences of probability and truth
   */
  public record ScoreCount(
      int label,
      boolean positive,
      long bin,
      int tenth,
      long examples,
      double sum,
      double least,
      double squares) {}

  public ClassifierCounts {
    names = List.copyOf(names);
    pairs = Map.copyOf(pairs);
    scores = List.copyOf(scores);
  }
}
