package io.runlake.registry;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelManifest;
import io.runlake.flavor.ModelUri;
import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.store.RegistryRow.ModelSource;
import io.runlake.store.RunId;
import io.runlake.store.Store;
import io.runlake.text.Redaction;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The registered models of a store. Each change is atomic and durable when its method returns;
 * {@code why} is kept beside who and when, and may be empty text. Deleted models and versions are
 * not seen, except in {@link #history}. Thread-safe.
 */
public final class ModelRegistry {
  private final Store store;
  private final RegistryWriter writer;

  private ModelRegistry(Store store, RegistryWriter writer) {
    this.store = store;
    this.writer = writer;
  }

  /**
   * @param actor who signs the changes
   */
  public static ModelRegistry over(Store store, String actor) {
    return over(store, actor, Clock.systemUTC());
  }

  public static ModelRegistry over(Store store, String actor, Clock clock) {
    return new ModelRegistry(store, new RegistryWriter(store.registry(), actor, clock));
  }

  /** All registered models, by name. */
  public List<RegisteredModel> models() {
    return view().models();
  }

  public Optional<RegisteredModel> find(String name) {
    return view().find(name);
  }

  /**
   * The versions of a model, the newest first.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST for an unknown model
   */
  public List<ModelVersion> versions(String name) {
    return view().versions(name);
  }

  /** A version; empty if the model has none of that number, or there is no such model. */
  public Optional<ModelVersion> version(String name, int number) {
    return view().version(name, number);
  }

  /** The newest version in each stage that has one, by stage. */
  public List<ModelVersion> latestVersions(String name) {
    return view().versions(name).stream()
        .collect(Collectors.toMap(ModelVersion::stage, version -> version, (a, b) -> a))
        .values()
        .stream()
        .sorted(Comparator.comparing(ModelVersion::stage))
        .toList();
  }

  /** The version that an alias points at; empty if there is none. */
  public Optional<ModelVersion> aliased(String name, String alias) {
    return new ModelResolver(this::view, store.runs()).findAliased(name, alias);
  }

  /**
   * Makes a registered model without versions.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_ALREADY_EXISTS if there is one
   */
  public RegisteredModel createModel(String name, RegisterOptions options) {
    RegistryRules.checkName(name);
    options.tags().forEach(RegistryRules::checkTag);
    return writer.createModel(name, options);
  }

  /**
   * Registers a model folder as the next version, and makes the registered model if there is none.
   * Nothing is copied: the source is resolved to its path, must hold an {@code MLmodel}, and the
   * digest of its manifest is kept with the version.
   *
   * @param source {@code runs:/<id>/path}, {@code models:/…} or a path
   * @param run the run that made it; where empty, the run of a {@code runs:/} or {@code models:/}
   *     source
   */
  public ModelVersion register(
      String name, String source, Optional<RunId> run, RegisterOptions options) {
    RegistryRules.checkName(name);
    options.tags().forEach(RegistryRules::checkTag);
    ResolvedModel resolved = resolve(source);
    if (run.isPresent() && resolved.runId().isPresent() && !run.equals(resolved.runId())) {
      throw TrackingException.invalid(
          "The source "
              + source
              + " was made by run "
              + resolved.runId().get()
              + ", not by run "
              + run.get()
              + "; leave the run out.");
    }
    String digest = RegistryRules.mapped(() -> ModelManifest.digest(resolved.path()));
    if (resolved.digest().filter(known -> !known.equals(digest)).isPresent()) {
      throw new TrackingException(
          ErrorCode.DATA_LOSS,
          "The files at "
              + resolved.path()
              + " changed after they were registered: their digest is "
              + digest
              + " and was "
              + resolved.digest().get()
              + ". Register the model that they come from again.");
    }
    ModelSource model = new ModelSource(resolved.path(), run.or(resolved::runId), digest);
    return writer.addVersion(name, model, options);
  }

  /** As above, of the run that the source names, if it names one. */
  public ModelVersion register(String name, String source, RegisterOptions options) {
    return register(name, source, Optional.empty(), options);
  }

  /**
   * Points an alias at a version, wherever it pointed before.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST if there is no such version
   */
  public void setAlias(String name, String alias, int version, String why) {
    RegistryRules.checkAlias(alias);
    writer.setAlias(name, alias, version, why);
  }

  /** Takes an alias away; one that is not there changes nothing. */
  public void deleteAlias(String name, String alias, String why) {
    writer.editModel(name, why, model -> model.aliases.remove(alias));
  }

  public void setModelTag(String name, String key, String value, String why) {
    RegistryRules.checkTag(key, value);
    writer.editModel(name, why, model -> model.tags.put(key, Redaction.value(key, value)));
  }

  public void deleteModelTag(String name, String key, String why) {
    writer.editModel(name, why, model -> model.tags.remove(key));
  }

  public void setVersionTag(String name, int version, String key, String value, String why) {
    RegistryRules.checkTag(key, value);
    writer.editVersion(name, version, why, row -> row.tags.put(key, Redaction.value(key, value)));
  }

  public void deleteVersionTag(String name, int version, String key, String why) {
    writer.editVersion(name, version, why, row -> row.tags.remove(key));
  }

  public void describeModel(String name, String description, String why) {
    writer.editModel(
        name, why, model -> model.description = Optional.of(Redaction.text(description)));
  }

  public void describeVersion(String name, int version, String description, String why) {
    writer.editVersion(
        name, version, why, row -> row.description = Optional.of(Redaction.text(description)));
  }

  /**
   * Puts a version into a stage.
   *
   * @param archiveExisting whether versions that are in that stage go to Archived; Staging and
   *     Production only
   */
  public ModelVersion transition(
      String name, int version, Stage stage, boolean archiveExisting, String why) {
    if (archiveExisting && stage != Stage.STAGING && stage != Stage.PRODUCTION) {
      throw TrackingException.invalid(
          "Model version transition cannot archive existing model versions because '"
              + stage.label()
              + "' is not an Active stage. Valid stages are Staging, Production.");
    }
    return writer.transition(name, version, stage, archiveExisting, why);
  }

  /** Deletes a version and the aliases that point at it. Its number is never given out again. */
  public void deleteVersion(String name, int version, String why) {
    writer.deleteVersion(name, version, why);
  }

  /** Deletes a registered model and its versions. */
  public void deleteModel(String name, String why) {
    writer.deleteModel(name, why);
  }

  /** Gives a registered model another name. */
  public RegisteredModel rename(String name, String newName, String why) {
    RegistryRules.checkName(newName);
    return name.equals(newName) ? view().existing(name) : writer.rename(name, newName, why);
  }

  /** Who changed what, when and why, the newest first; also of a deleted model. */
  public List<RegistryChange> history(String name) {
    List<RegistryChange> changes =
        RegistryHistory.of(name, TrackingException.mapped(() -> store.registry().history()));
    if (changes.isEmpty()) {
      view().modelRow(name);
    }
    return changes;
  }

  /**
   * What a model URI means now: {@code models:/name/3}, {@code models:/name@alias}, {@code
   * models:/name/Production}, {@code models:/name/latest}, {@code runs:/<id>/path} or a path.
   */
  public ResolvedModel resolve(ModelUri uri) {
    return new ModelResolver(this::view, store.runs()).resolve(uri);
  }

  /** As {@link #resolve(ModelUri)}, for a URI as text. */
  public ResolvedModel resolve(String uri) {
    return resolve(RegistryRules.mapped(() -> ModelUri.parse(uri)));
  }

  /** Finds registered models by MLflow's grammar: {@code name} and {@code tags.key}. */
  public Page<RegisteredModel> searchModels(SearchQuery query) {
    return RegistrySearch.models(query, view());
  }

  /**
   * Finds model versions by MLflow's grammar: {@code name}, {@code run_id}, {@code source_path},
   * {@code version_number} and {@code tags.key}.
   */
  public Page<ModelVersion> searchVersions(SearchQuery query) {
    return RegistrySearch.versions(query, view());
  }

  private RegistryView view() {
    return new RegistryView(TrackingException.mapped(() -> store.registry().current()));
  }
}
