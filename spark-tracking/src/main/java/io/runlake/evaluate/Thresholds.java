package io.runlake.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model must reach to be accepted.
 *
 * @param metrics the thresholds, all of which must be reached
 * @param baseline what changes are measured against; empty for none, and then thresholds that ask
 *     for a change refuse, unless the first model is welcome
 * @param firstWelcome whether a change over a baseline that does not exist counts as reached
 */
public record Thresholds(
    List<MetricThreshold> metrics, Optional<Baseline> baseline, boolean firstWelcome) {
  /**
   * As MLflow has it: what must be passed where the baseline is 0 and a share of it says naught.
   */
  private static final double NEXT_TO_NOTHING = 1e-10;

  public Thresholds {
    metrics = List.copyOf(metrics);
  }

  /** Thresholds without a baseline. */
  public static Thresholds of(MetricThreshold... metrics) {
    return new Thresholds(Arrays.asList(metrics), Optional.empty(), false);
  }

  /** The same against this baseline. */
  public Thresholds against(Baseline other) {
    return new Thresholds(metrics, Optional.of(other), firstWelcome);
  }

  /** The same against a baseline that may not exist yet. */
  public Thresholds against(Optional<Baseline> other) {
    return new Thresholds(metrics, other, firstWelcome);
  }

  /** The same, but a model that has no baseline need not be better than one. */
  public Thresholds welcomingFirst() {
    return new Thresholds(metrics, baseline, true);
  }

  /** Looks at every threshold; never throws. */
  public Verdict check(Map<String, Double> candidate) {
    List<Verdict.Check> checks = new ArrayList<>();
    for (MetricThreshold threshold : metrics) {
      Double value = candidate.get(threshold.metric());
      if (value == null) {
        checks.add(
            new Verdict.Check(
                threshold.metric(), false, "The model has no metric " + threshold.metric() + "."));
      } else {
        checkValue(threshold, value, checks);
        checkChange(threshold, value, checks);
      }
    }
    return new Verdict(checks);
  }

  private static void checkValue(
      MetricThreshold threshold, double value, List<Verdict.Check> checks) {
    threshold
        .value()
        .ifPresent(
            wanted -> {
              boolean passed = threshold.asGood(value, wanted);
              String bound = threshold.greaterIsBetter() ? "at least " : "at most ";
              add(threshold, passed, value, bound + wanted + " is asked for", checks);
            });
  }

  private void checkChange(MetricThreshold threshold, double value, List<Verdict.Check> checks) {
    if (!threshold.comparesWithBaseline()) {
      return;
    }
    if (baseline.isEmpty()) {
      add(threshold, firstWelcome, value, "there is no baseline to be better than", checks);
      return;
    }
    Double before = baseline.get().metrics().get(threshold.metric());
    if (before == null) {
      add(threshold, false, value, "the baseline " + baseline.get().name() + " has none", checks);
      return;
    }
    threshold
        .minAbsoluteChange()
        .ifPresent(change -> checkChange(threshold, value, before, change, checks));
    threshold
        .minRelativeChange()
        .ifPresent(
            share ->
                checkChange(
                    threshold,
                    value,
                    before,
                    before == 0 ? NEXT_TO_NOTHING : share * Math.abs(before),
                    checks));
  }

  private void checkChange(
      MetricThreshold threshold,
      double value,
      double before,
      double change,
      List<Verdict.Check> checks) {
    boolean passed = threshold.asGood(value, threshold.better(before, change));
    add(
        threshold,
        passed,
        value,
        "the baseline "
            + baseline.orElseThrow().name()
            + " has "
            + before
            + (change == 0 ? ", and no worse" : ", and better by " + change)
            + " is asked for",
        checks);
  }

  private static void add(
      MetricThreshold threshold,
      boolean passed,
      double value,
      String why,
      List<Verdict.Check> checks) {
    checks.add(
        new Verdict.Check(
            threshold.metric(), passed, threshold.metric() + " is " + value + "; " + why + "."));
  }
}
