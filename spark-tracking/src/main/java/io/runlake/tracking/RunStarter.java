package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.Limits;
import io.runlake.errors.TrackingException;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.text.Redaction;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Turns a {@link RunSpec} into a run. */
final class RunStarter {
  private static final Set<String> SOURCE_TYPES =
      Set.of("NOTEBOOK", "JOB", "PROJECT", "LOCAL", "UNKNOWN");

  private final Experiments experiments;
  private final RunWriter writer;

  RunStarter(Experiments experiments, RunWriter writer) {
    this.experiments = experiments;
    this.writer = writer;
  }

  /** An experiment, as far as its runs have to know it. */
  private record Place(ExperimentId id, String artifactLocation) {
    static Place of(Experiment experiment) {
      return new Place(experiment.id(), experiment.artifactLocation());
    }
  }

  ActiveRun start(Runlake runlake, RunSpec spec) {
    return start(runlake, spec, () -> Place.of(experiment(spec)));
  }

  /** In the experiment of a live run, which was looked up for that one. */
  ActiveRun startBeside(Runlake runlake, ActiveRun live, RunSpec spec) {
    String tail = folder("", live.id());
    String folder = live.artifactUri();
    return folder.endsWith(tail)
        ? start(
            runlake,
            spec,
            () ->
                new Place(
                    live.experimentId(), folder.substring(0, folder.length() - tail.length())))
        : start(runlake, spec);
  }

  private static String folder(String artifactLocation, RunId id) {
    return artifactLocation + "/" + id + "/artifacts";
  }

  private ActiveRun start(Runlake runlake, RunSpec spec, Supplier<Place> where) {
    String name = name(spec);
    Map<String, String> tags = tags(spec);
    Instant now = writer.options().clock().instant();
    Instant start =
        Instant.ofEpochMilli(
            Limits.millis("'start_time' of a run", spec.origin().startTime().orElse(now)));
    Place experiment = where.get();
    RunId id = spec.id().orElseGet(() -> RunId.newId(now));
    String folder = folder(experiment.artifactLocation(), id);
    RunOrigin origin =
        new RunOrigin(tags.get(Tags.USER), tags.get(Tags.SOURCE_NAME), start, folder);
    RunRow row = RunRow.of(id, experiment.id());
    RunJournal journal = new RunJournal(row, false, writer);
    journal.create(row.withOrigin(origin), name, tags);
    RunArtifacts artifacts = new RunArtifacts(id, folder, writer.store().artifacts());
    return entered(new ActiveRun(runlake, journal, artifacts, writer));
  }

  /** Goes on with a run that was written before, by whomever. */
  ActiveRun resume(Runlake runlake, RunRow known, RunArtifacts artifacts) {
    RunJournal journal = new RunJournal(known, false, writer);
    journal.resume();
    return entered(new ActiveRun(runlake, journal, artifacts, writer));
  }

  private ActiveRun entered(ActiveRun run) {
    writer.keepAlive(run.journal());
    LiveRuns.entered(run);
    return run;
  }

  private Experiment experiment(RunSpec spec) {
    if (spec.experimentId().isPresent()) {
      Experiment experiment =
          experiments
              .find(spec.experimentId().get())
              .orElseThrow(() -> Experiments.missing(spec.experimentId().get()));
      if (experiment.deleted()) {
        throw new TrackingException(
            ErrorCode.INVALID_PARAMETER_VALUE,
            "The experiment '"
                + experiment.name()
                + "' must be in the 'active' state to start a run in it; it was deleted. Restore it"
                + " first.");
      }
      return experiment;
    }
    return experiments.getOrCreate(
        spec.experimentName()
            .orElseThrow(
                () ->
                    TrackingException.invalid(
                        "The run names no experiment; use RunSpec.of(name) or RunSpec.in(id).")));
  }

  private static String name(RunSpec spec) {
    String tag = spec.tags().get(Tags.RUN_NAME);
    if (tag != null && spec.name().isPresent() && !tag.equals(spec.name().get())) {
      throw TrackingException.invalid(
          "Both the run's name '"
              + spec.name().get()
              + "' and the tag "
              + Tags.RUN_NAME
              + " '"
              + tag
              + "' are given, and they differ; give one of them.");
    }
    String name = spec.name().orElse(tag == null ? RunNames.next() : tag);
    Limits.checkLength("name of a run", name, Limits.RUN_TAG_VALUE);
    return name;
  }

  private static Map<String, String> tags(RunSpec spec) {
    Map<String, String> tags = new TreeMap<>(ProcessFacts.self().tags());
    tags.put(Tags.USER, spec.origin().user().orElseGet(ProcessFacts::user));
    tags.put(Tags.SOURCE_NAME, spec.origin().source().orElseGet(ProcessFacts::source));
    tags.put(Tags.SOURCE_TYPE, sourceType(spec));
    spec.parent().ifPresent(parent -> tags.put(Tags.PARENT_RUN_ID, parent.value()));
    tags.putAll(spec.tags());
    tags.remove(Tags.RUN_NAME);
    tags.keySet().forEach(key -> Limits.checkKey("tag", key));
    return Redaction.map(tags);
  }

  private static String sourceType(RunSpec spec) {
    String type = spec.origin().sourceType().orElse("LOCAL");
    if (!SOURCE_TYPES.contains(type)) {
      throw TrackingException.invalid(
          "The source type '"
              + type
              + "' is not one of "
              + SOURCE_TYPES.stream().sorted().toList()
              + ".");
    }
    return type;
  }
}
