package io.runlake.spool;

import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunRow;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Changes of a store that are not in it yet. Rows merge and points count once, so writing them to
 * the store again changes nothing.
 *
 * @param root the root of the store; empty if the store never answered
 * @param experiments those that were made while the store did not answer, under ids of their own
 * @param runs per run all that was changed
 * @param points of metrics
 * @param files artifacts of the runs
 */
public record Spool(
    Optional<String> root,
    List<NewExperiment> experiments,
    List<RunRow> runs,
    List<MetricPoint> points,
    List<SpooledFile> files) {
  public Spool {
    Objects.requireNonNull(root, "root");
    experiments = List.copyOf(experiments);
    runs = List.copyOf(runs);
    points = List.copyOf(points);
    files = List.copyOf(files);
  }

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return runs.isEmpty() && points.isEmpty() && files.isEmpty();
  }

  /**
   * An experiment that the store may have under another id, or not at all.
   *
   * @param artifactLocation stands for the folder that the store gives its artifacts
   */
  public record NewExperiment(ExperimentId id, String name, String artifactLocation) {}

  /**
   * A file of a run.
   *
   * @param folder the artifact folder of the run
   * @param path below the folder
   * @param content the whole file; not copied
   */
  public record SpooledFile(String folder, String path, byte[] content) {}
}
