package io.runlake.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How the scores of one class fall on examples of that class and on others, in bins of scores that
 * are nearly equal. Between bins the order of the examples is exact; inside a bin they count as
 * equal. So an area under a curve may be off by what the order inside the bins can change, and by
 * no more: {@link #rocAucError()} and {@link #prAucError()} say how much that is. It is zero where
 * no bin holds examples of both kinds.
 */
public final class ScoreBins {
  /**
   * A bin.
   *
   * @param order the greater, the greater its scores
   * @param threshold its least score
   * @param positives examples of the class
   * @param negatives examples of other classes
   */
  public record Bin(long order, double threshold, long positives, long negatives) {}

  /**
   * A point of the curves: what calling all examples positive gives whose score is at least the
   * threshold.
   */
  public record Point(
      double threshold, double falsePositiveRate, double recall, double precision, double f1) {}

  private final List<Bin> bins;
  private final double positives;
  private final double negatives;

  /** Bins in any order. */
  public ScoreBins(List<Bin> bins) {
    this.bins = bins.stream().sorted(Comparator.comparingLong(Bin::order).reversed()).toList();
    this.positives = bins.stream().mapToLong(Bin::positives).sum();
    this.negatives = bins.stream().mapToLong(Bin::negatives).sum();
  }

  /** Whether there are examples of the class and others, without which there are no curves. */
  public boolean defined() {
    return positives > 0 && negatives > 0;
  }

  /** The area under the receiver operating characteristic, by trapezoids. */
  public double rocAuc() {
    double area = 0;
    double below = negatives;
    for (Bin bin : bins) {
      below -= bin.negatives();
      area += bin.positives() * (below + bin.negatives() / 2.0);
    }
    return area / (positives * negatives);
  }

  /** How far the area may be from that of the single scores, at most. */
  public double rocAucError() {
    double error = 0;
    for (Bin bin : bins) {
      error += (double) bin.positives() * bin.negatives() / 2;
    }
    return error / (positives * negatives);
  }

  /**
   * The area under the curve of precision over recall, by trapezoids, with the first precision held
   * back to a recall of zero, as Spark has it.
   */
  public double prAuc() {
    double area = 0;
    double recall = 0;
    double precision = Double.NaN;
    for (Point point : points()) {
      double before = Double.isNaN(precision) ? point.precision() : precision;
      area += (point.recall() - recall) * (before + point.precision()) / 2;
      recall = point.recall();
      precision = point.precision();
    }
    return area;
  }

  /** As {@link #rocAucError()}: whatever the order in a bin, precision stays between two bounds. */
  public double prAucError() {
    double error = 0;
    double truePositives = 0;
    double falsePositives = 0;
    double before = Double.NaN;
    for (Bin bin : bins) {
      double least = share(truePositives, falsePositives + bin.negatives());
      double greatest = share(truePositives + bin.positives(), falsePositives);
      double low = Double.isNaN(before) ? least : Math.min(least, before);
      double high = Double.isNaN(before) ? greatest : Math.max(greatest, before);
      error += bin.positives() / positives * (high - low);
      truePositives += bin.positives();
      falsePositives += bin.negatives();
      before = share(truePositives, falsePositives);
    }
    return error;
  }

  private static double share(double part, double rest) {
    return part + rest == 0 ? 1 : part / (part + rest);
  }

  /** The points of the curves, from the greatest threshold to the least; one for each bin. */
  public List<Point> points() {
    List<Point> points = new ArrayList<>();
    double truePositives = 0;
    double falsePositives = 0;
    for (Bin bin : bins) {
      truePositives += bin.positives();
      falsePositives += bin.negatives();
      double recall = truePositives / positives;
      double precision = share(truePositives, falsePositives);
      double f1 = 2 * truePositives / (positives + truePositives + falsePositives);
      points.add(new Point(bin.threshold(), falsePositives / negatives, recall, precision, f1));
    }
    return points;
  }
}
