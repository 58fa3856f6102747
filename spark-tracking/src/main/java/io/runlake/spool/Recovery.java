package io.runlake.spool;

import io.runlake.errors.TrackingException;
import io.runlake.spool.Spool.NewExperiment;
import io.runlake.spool.Spool.SpooledFile;
import io.runlake.store.ArtifactPath;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.StoreException;
import io.runlake.tracking.Experiment;
import io.runlake.tracking.Runlake;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Writes a spool to its store. Doing it twice, or after a part of it has reached the store by
 * itself, changes nothing.
 */
public final class Recovery {
  private final Runlake runlake;
  private final Path file;
  private final Spool spool;
  private final Map<ExperimentId, Experiment> places = new HashMap<>();
  private final Map<String, Experiment> locations = new HashMap<>();

  private Recovery(Runlake runlake, Path file, Spool spool) {
    this.runlake = runlake;
    this.file = file;
    this.spool = spool;
  }

  /**
   * What was written.
   *
   * @param runs how many runs the spool speaks of
   * @param points how many metric points it holds
   * @param files how many artifacts it holds
   */
  public record Recovered(int runs, int points, int files) {}

  /**
   * Writes what a file holds, and deletes the file when all of it is durable.
   *
   * @param keepFile whether the file stays
   * @param anyStore whether the store may be another than the one that the file was meant for
   * @throws SpoolException if the file is no whole spool or is meant for another store; nothing was
   *     written
   * @throws TrackingException if the store does not take it; the file stays, to be tried again
   * @throws IOException if the file cannot be read
   */
  public static Recovered recover(Runlake runlake, Path file, boolean keepFile, boolean anyStore)
      throws IOException {
    Spool spool = SpoolFile.read(file);
    String root = runlake.store().root();
    Optional<String> meant = spool.root().filter(other -> !other.equals(root));
    if (meant.isPresent() && !anyStore) {
      throw new SpoolException(
          file,
          "is meant for the store at '"
              + meant.get()
              + "', and this one is at '"
              + root
              + "'. Give that one with --store, or say --any-store if the two are one.");
    }
    Recovered recovered = new Recovery(runlake, file, spool).write();
    if (!keepFile) {
      Files.delete(file);
    }
    return recovered;
  }

  private Recovered write() {
    Set<ExperimentId> made = new HashSet<>();
    spool.experiments().forEach(one -> made.add(one.id()));
    for (RunRow row : spool.runs()) {
      if (!made.contains(row.experimentId()) && !places.containsKey(row.experimentId())) {
        Experiment known =
            runlake
                .findExperiment(row.experimentId())
                .orElseThrow(() -> stranger("the experiment " + row.experimentId()));
        places.put(row.experimentId(), known);
        locations.put(known.artifactLocation(), known);
      }
    }
    for (NewExperiment one : spool.experiments()) {
      Experiment place = runlake.experiment(one.name());
      places.put(one.id(), place);
      locations.put(one.artifactLocation(), place);
    }
    spool.files().forEach(this::put);
    RunBatch batch =
        new RunBatch(
            spool.points().stream().map(this::placed).toList(),
            spool.runs().stream().map(this::placed).toList());
    append(batch);
    return new Recovered(spool.runs().size(), spool.points().size(), spool.files().size());
  }

  private void append(RunBatch batch) {
    try {
      runlake.store().runs().append(batch).join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof StoreException store) {
        throw TrackingException.of(store);
      }
      throw failed;
    }
  }

  private MetricPoint placed(MetricPoint point) {
    return new MetricPoint(
        place(point.experimentId()).id(), point.runId(), point.key(), point.value());
  }

  private RunRow placed(RunRow row) {
    Experiment place = place(row.experimentId());
    return new RunRow(
        row.runId(),
        place.id(),
        row.origin().map(this::placed),
        row.status(),
        row.name(),
        row.lifecycle(),
        row.leaseUntil(),
        row.params(),
        row.tags(),
        row.metrics(),
        row.inputs());
  }

  private Experiment place(ExperimentId id) {
    return Optional.ofNullable(places.get(id)).orElseThrow(() -> stranger("the experiment " + id));
  }

  private RunOrigin placed(RunOrigin origin) {
    return new RunOrigin(
        origin.user(), origin.source(), origin.startTime(), placed(origin.artifactUri()));
  }

  private void put(SpooledFile one) {
    TrackingException.mapped(
        () ->
            runlake
                .store()
                .artifacts()
                .put(
                    placed(one.folder()),
                    ArtifactPath.of(one.path()),
                    new ByteArrayInputStream(one.content())));
  }

  /** A run's artifact folder is {@code <location of the experiment>/<run id>/artifacts}. */
  private String placed(String folder) {
    List<String> matches =
        locations.keySet().stream().filter(location -> folder.startsWith(location + "/")).toList();
    if (matches.size() != 1 || folder.contains("/../")) {
      throw stranger("the folder '" + folder + "'");
    }
    String location = matches.get(0);
    return locations.get(location).artifactLocation() + folder.substring(location.length());
  }

  private SpoolException stranger(String what) {
    return new SpoolException(
        file, "speaks of " + what + ", which the store at '" + runlake.store().root() + "' lacks.");
  }
}
