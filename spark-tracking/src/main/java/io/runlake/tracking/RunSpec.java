package io.runlake.tracking;

import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a run is started. Made by {@link #of(String)}, {@link #in(ExperimentId)} or {@link #named},
 * refined by the {@code with} methods, each of which gives a new one.
 *
 * @param id the run's id, for who may have to start one run twice; a new one if empty
 * @param experimentName the experiment, made if it does not exist
 * @param experimentId the experiment by its id, which must exist; wins over the name
 * @param name the run's name; a random one ({@code adjective-noun-NNN}) if empty
 * @param parent the run that this one belongs to
 * @param tags win over what Runlake finds out by itself
 * @param origin who and what started it
 */
public record RunSpec(
    Optional<RunId> id,
    Optional<String> experimentName,
    Optional<ExperimentId> experimentId,
    Optional<String> name,
    Optional<RunId> parent,
    Map<String, String> tags,
    Origin origin) {

  /**
   * Who and what started a run; what is empty is found out.
   *
   * @param user default: the user of the operating system
   * @param source default: the main class or script of this process
   * @param sourceType MLflow's NOTEBOOK, JOB, PROJECT, LOCAL or UNKNOWN; default LOCAL
   * @param startTime default: now
   */
  public record Origin(
      Optional<String> user,
      Optional<String> source,
      Optional<String> sourceType,
      Optional<Instant> startTime) {
    public Origin {
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(sourceType, "sourceType");
      Objects.requireNonNull(startTime, "startTime");
    }
  }

  public RunSpec {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(experimentName, "experimentName");
    Objects.requireNonNull(experimentId, "experimentId");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(parent, "parent");
    Objects.requireNonNull(origin, "origin");
    tags = Map.copyOf(tags);
  }

  private static RunSpec empty() {
    return new RunSpec(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        new Origin(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  /** A run of the experiment of that name, which is made if it does not exist. */
  public static RunSpec of(String experimentName) {
    return new RunSpec(
        Optional.empty(),
        Optional.of(experimentName),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        empty().origin());
  }

  /** A run of an experiment that exists. */
  public static RunSpec in(ExperimentId experiment) {
    return new RunSpec(
        Optional.empty(),
        Optional.empty(),
        Optional.of(experiment),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        empty().origin());
  }

  /** A run of that name, for {@link ActiveRun#startNested}: the experiment is the parent's. */
  public static RunSpec named(String name) {
    return empty().withName(name);
  }

  /**
   * With an id of the caller's, so that starting again what may have been started is the same run.
   *
   * @param value made by {@link RunId#newId} for this run alone
   */
  public RunSpec withId(RunId value) {
    return new RunSpec(
        Optional.of(value), experimentName, experimentId, name, parent, tags, origin);
  }

  public RunSpec withName(String value) {
    return new RunSpec(id, experimentName, experimentId, Optional.of(value), parent, tags, origin);
  }

  public RunSpec withParent(RunId value) {
    return new RunSpec(id, experimentName, experimentId, name, Optional.of(value), tags, origin);
  }

  /** These tags beside those it has. */
  public RunSpec withTags(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(tags);
    all.putAll(more);
    return new RunSpec(id, experimentName, experimentId, name, parent, all, origin);
  }

  public RunSpec withTag(String key, String value) {
    return withTags(Map.of(key, value));
  }

  public RunSpec withUser(String value) {
    return withOrigin(
        new Origin(Optional.of(value), origin.source(), origin.sourceType(), origin.startTime()));
  }

  public RunSpec withSource(String value) {
    return withOrigin(
        new Origin(origin.user(), Optional.of(value), origin.sourceType(), origin.startTime()));
  }

  public RunSpec withSourceType(String value) {
    return withOrigin(
        new Origin(origin.user(), origin.source(), Optional.of(value), origin.startTime()));
  }

  public RunSpec withStartTime(Instant value) {
    return withOrigin(
        new Origin(origin.user(), origin.source(), origin.sourceType(), Optional.of(value)));
  }

  /** The same run in another experiment, which must exist. */
  public RunSpec withExperimentId(ExperimentId value) {
    return new RunSpec(id, experimentName, Optional.of(value), name, parent, tags, origin);
  }

  private RunSpec withOrigin(Origin value) {
    return new RunSpec(id, experimentName, experimentId, name, parent, tags, value);
  }
}
