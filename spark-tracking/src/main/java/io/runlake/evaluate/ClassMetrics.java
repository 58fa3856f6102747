package io.runlake.evaluate;

import java.util.Optional;

/**
 * One class against all others.
 *
 * @param label the class
 * @param support how many examples are of it
 * @param precision as in {@link ConfusionMatrix}
 * @param recall as in {@link ConfusionMatrix}
 * @param f1 as in {@link ConfusionMatrix}
 * @param scores how its scores fall; empty without scores, or where all examples or none are of it
 */
public record ClassMetrics(
    String label,
    long support,
    double precision,
    double recall,
    double f1,
    Optional<ScoreBins> scores) {}
