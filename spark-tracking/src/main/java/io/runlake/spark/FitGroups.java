package io.runlake.spark;

import io.runlake.spark.Predictions.Made;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;

/**
 * Ties together the runs of fits that build on each other: consecutive fits of one thread, each on
 * data that came out of the model of the one before. A pipeline of PySpark is such a chain, since
 * Python fits its stages one by one.
 */
final class FitGroups {
  /** The same value on all runs of a group; runs that are in none do not have it. */
  static final String TAG = "runlake.pipeline.group";

  private static final ThreadLocal<Last> LAST = new ThreadLocal<>();

  private FitGroups() {}

  private record Last(FitRun run, Optional<String> group) {}

  /**
   * The group that a fit joins.
   *
   * @param first the run that does not know yet that it is in the group
   */
  record Joined(String group, Optional<FitRun> first) {
    /** Tells the run of the fit, and the first of the group with the second. */
    void tell(FitRun run) {
      first.ifPresent(before -> log(before, group));
      log(run, group);
    }

    private static void log(FitRun run, String group) {
      run.log("a group of fits could not be logged", log -> RunFacts.tag(log, TAG, group));
    }
  }

  /** At the start of a fit: the group of the fit before, if this one builds on it. */
  static Optional<Joined> joins(Dataset<?> data) {
    Last last = LAST.get();
    if (last == null) {
      return Optional.empty();
    }
    List<FitRun> made = Predictions.in(data).stream().map(Made::run).distinct().toList();
    if (made.size() != 1 || !made.get(0).equals(last.run())) {
      return Optional.empty();
    }
    return Optional.of(
        last.group()
            .map(group -> new Joined(group, Optional.empty()))
            .orElseGet(() -> new Joined(UUID.randomUUID().toString(), Optional.of(last.run()))));
  }

  /** At the end of a fit that gave a model. */
  static void fitted(FitRun run, Optional<String> group) {
    LAST.set(new Last(run, group));
  }

  /** At the end of a fit that threw. */
  static void failed() {
    LAST.remove();
  }
}
