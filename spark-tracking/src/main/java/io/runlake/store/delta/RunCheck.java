package io.runlake.store.delta;

import io.runlake.store.Checkup;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What must hold among the rows of {@code runs} and {@code metrics}. One month after the other,
 * because all rows of a run are in one, and a month of very many runs in several passes, so that
 * memory stays bounded.
 */
final class RunCheck {
  private static final long RUN_ROWS_IN_A_PASS = 200_000;
  private static final String REWRITE =
      "Find out what wrote the row; readers that look by month miss it. Log the run again, and"
          + " delete the row with Spark SQL while nothing else writes.";

  private final Checkup checkup;
  private final Optional<Set<String>> experiments;
  private final Set<String> unknownExperiments = new HashSet<>();
  private final long latestStamp;

  /**
   * @param experiments the ids that the table of experiments has; empty if it cannot be read
   */
  RunCheck(Checkup checkup, Optional<Set<String>> experiments) {
    this.checkup = checkup;
    this.experiments = experiments;
    this.latestStamp = checkup.now().plus(checkup.skew()).toEpochMilli();
  }

  void run(Examined<RunRow> runs, Examined<MetricPoint> metrics) {
    var runFiles = LiveFiles.byMonth(runs.files());
    var pointFiles = LiveFiles.byMonth(metrics.files());
    Set<String> months = new TreeSet<>(runFiles.keySet());
    months.addAll(pointFiles.keySet());
    for (String month : months) {
      List<LiveFile> ofRuns = runFiles.getOrDefault(month, List.of());
      List<LiveFile> ofPoints = pointFiles.getOrDefault(month, List.of());
      long rows = ofRuns.stream().mapToLong(file -> file.rows().orElse(1)).sum();
      int passes = (int) Math.max(1, (rows + RUN_ROWS_IN_A_PASS - 1) / RUN_ROWS_IN_A_PASS);
      for (int number = 0; number < passes; number++) {
        checkup
            .progress()
            .accept(
                "runs and metrics of "
                    + month
                    + (passes == 1 ? "" : ", part " + (number + 1) + " of " + passes));
        Pass pass = new Pass(number, passes);
        runs.read(checkup, ofRuns, pass::row, number == 0);
        metrics.read(checkup, ofPoints, pass::point, number == 0);
        if (runs.whole(ofRuns) && metrics.whole(ofPoints)) {
          pass.compare();
        }
      }
    }
  }

  /** The runs of a month, or a share of them. */
  private final class Pass {
    private final int number;
    private final int passes;
    private final Map<String, SeenRun> seen = new HashMap<>();

    Pass(int number, int passes) {
      this.number = number;
      this.passes = passes;
    }

    private boolean mine(String runId) {
      return Math.floorMod(runId.hashCode(), passes) == number;
    }

    void row(RunRow row, LiveFile file) {
      String id = row.runId().value();
      if (!mine(id)) {
        return;
      }
      if (!row.runId().month().equals(file.month())) {
        month("runs", id, row.runId().month(), file);
      }
      SeenRun run = seen.computeIfAbsent(id, key -> new SeenRun());
      if (row.greatestStamp() > latestStamp && run.toldOnce("stamp")) {
        checkup.warning(
            "runs.future",
            "runs",
            file.path() + " run " + id,
            "A stamp of the run is " + row.greatestStamp() + ", later than now.",
            "Set the clock of the machine that wrote it; edits of the run stay in order.");
      }
      experiment("runs", run, id, row.experimentId(), file);
      if (!file.changes() && ++run.settledRows == 2) {
        checkup.violation(
            "runs.settled-once",
            "runs",
            file.path() + " run " + id,
            "The run has more than one settled row; searches may list it twice.",
            "Run the store's maintenance: it settles the run to one row again.");
      }
      run.add(row);
    }

    void point(MetricPoint point, LiveFile file) {
      String id = point.runId().value();
      if (!mine(id)) {
        return;
      }
      if (!point.runId().month().equals(file.month())) {
        month("metrics", id, point.runId().month(), file);
      }
      SeenRun run = seen.computeIfAbsent(id, key -> new SeenRun());
      experiment("metrics", run, id, point.experimentId(), file);
      run.add(point);
    }

    private void month(String table, String id, String month, LiveFile file) {
      checkup.violation(
          "rows.month",
          table,
          file.path() + " run " + id,
          "A row of a run of " + month + " lies in the partition of " + file.month() + ".",
          REWRITE);
    }

    private void experiment(
        String table, SeenRun run, String id, ExperimentId experiment, LiveFile file) {
      if (run.experiment == null) {
        run.experiment = experiment.value();
      } else if (!run.experiment.equals(experiment.value()) && run.toldOnce("experiment")) {
        checkup.violation(
            "runs.experiment",
            table,
            file.path() + " run " + id,
            "Rows of the run name two experiments, " + run.experiment + " and " + experiment + ".",
            "Find out what wrote them; log the run again under one experiment.");
      }
      if (experiments.isPresent()
          && !experiments.get().contains(experiment.value())
          && unknownExperiments.add(experiment.value())) {
        checkup.violation(
            "runs.experiment-known",
            table,
            file.path() + " run " + id,
            "The experiment " + experiment + " is in no row of experiments; its runs are hidden.",
            "Restore the table experiments from a backup, or log the runs again.");
      }
    }

    void compare() {
      seen.forEach(
          (id, run) -> {
            if (!run.hasRow) {
              checkup.warning(
                  "metrics.run-known",
                  "metrics",
                  "run " + id,
                  "The run has points and no row in runs: its driver ended between the two.",
                  "None is needed: the points are there for who asks for the run. Resume the run to"
                      + " give it rows.");
              return;
            }
            Set<String> lost = run.keysAheadOfPoints();
            if (!lost.isEmpty()) {
              checkup.violation(
                  "metrics.points",
                  "metrics",
                  "run " + id,
                  "The run's row has values that are no points in metrics: " + lost + ".",
                  "Restore the table metrics from a backup, or log the points again.");
            }
            Set<String> behind = run.keysBehindPoints();
            if (!behind.isEmpty() && !run.live(checkup)) {
              checkup.warning(
                  "runs.metrics-map",
                  "runs",
                  "run " + id,
                  "The run's row does not know the latest points of " + behind + ".",
                  "Run the store's maintenance: settling takes the values from metrics.");
            }
          });
    }
  }
}
