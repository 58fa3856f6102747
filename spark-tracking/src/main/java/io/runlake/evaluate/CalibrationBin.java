package io.runlake.evaluate;

/**
 * Examples to whose class a model gives nearly the same probability.
 *
 * @param label the class
 * @param from the least probability of the bin; it ends before the next tenth
 * @param examples how many
 * @param meanPredicted the mean of their probabilities
 * @param observed the share of them that is of the class
 */
public record CalibrationBin(
    String label, double from, long examples, double meanPredicted, double observed) {}
