package io.runlake.registry;

import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelUri;
import io.runlake.store.RegistryRow.Entry;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunStore;
import io.runlake.text.NearestMatch;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds the folder that a model URI means in a state of the registry. */
final class ModelResolver {
  private final Supplier<RegistryView> state;
  private final RunStore runs;

  /**
   * @param state read only for what the registry must tell
   */
  ModelResolver(Supplier<RegistryView> state, RunStore runs) {
    this.state = state;
    this.runs = runs;
  }

  ResolvedModel resolve(ModelUri uri) {
    if (uri instanceof ModelUri.Version version) {
      return of(existing(state.get(), version.name(), version.version()));
    }
    if (uri instanceof ModelUri.Alias alias) {
      return of(aliased(alias.name(), alias.alias()));
    }
    if (uri instanceof ModelUri.Stage stage) {
      return of(newestIn(stage.name(), Stage.of(stage.stage())));
    }
    if (uri instanceof ModelUri.Latest latest) {
      return of(newest(latest.name()));
    }
    if (uri instanceof ModelUri.RunArtifact artifact) {
      RunId run = new RunId(artifact.runId());
      return new ResolvedModel(
          artifactFolder(run) + "/" + artifact.path(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(run),
          Optional.empty());
    }
    if (uri instanceof ModelUri.ModelPath path) {
      return new ResolvedModel(
          path.path(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
    throw new IllegalStateException("No such kind of model URI: " + uri);
  }

  private static ResolvedModel of(ModelVersion version) {
    return new ResolvedModel(
        version.source(),
        Optional.of(version.name()),
        Optional.of(version.version()),
        version.runId(),
        Optional.of(version.digest()));
  }

  private static ModelVersion existing(RegistryView view, String name, int version) {
    return view.version(view.versionRow(name, version));
  }

  private ModelVersion aliased(String name, String alias) {
    RegistryView view = state.get();
    Map<String, Integer> aliases = view.modelRow(name).aliases();
    Integer number = aliases.get(alias);
    if (number == null) {
      throw TrackingException.invalid(
          "Registered model alias "
              + alias
              + " not found: model "
              + name
              + (aliases.isEmpty()
                  ? " has no aliases."
                  : " has "
                      + aliases.keySet().stream().sorted().toList()
                      + NearestMatch.hint(alias, aliases.keySet())));
    }
    return existing(view, name, number);
  }

  private ModelVersion newestIn(String name, Stage stage) {
    return state.get().versions(name).stream()
        .filter(version -> version.stage() == stage)
        .findFirst()
        .orElseThrow(
            () ->
                TrackingException.notFound(
                    "No version of model " + name + " is in stage " + stage.label() + "."));
  }

  private ModelVersion newest(String name) {
    return state.get().versions(name).stream()
        .findFirst()
        .orElseThrow(() -> TrackingException.notFound("Model " + name + " has no versions."));
  }

  private String artifactFolder(RunId run) {
    RunRow row =
        TrackingException.mapped(() -> runs.find(run))
            .orElseThrow(() -> TrackingException.notFound("Run with id=" + run + " not found"));
    return row.origin()
        .map(RunOrigin::artifactUri)
        .orElseThrow(
            () ->
                TrackingException.notFound(
                    "The folder of the artifacts of run " + run + " is not known."));
  }

  /** For a lookup that may find nothing. */
  Optional<ModelVersion> findAliased(String name, String alias) {
    RegistryView view = state.get();
    return view.row(Entry.model(name))
        .filter(row -> !row.deleted())
        .map(row -> row.aliases().get(alias))
        .flatMap(number -> view.version(name, number));
  }
}
