package io.runlake.registry;

import io.runlake.flavor.ModelUri;
import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.store.RunId;
import io.runlake.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The registered models of a store. Each change is atomic and durable when its method returns;
 * {@code why} is kept beside who and when, and may be empty text. Deleted models and versions are
 * not seen, except in {@link #history}. Thread-safe.
 */
public final class ModelRegistry {
  private ModelRegistry() {}

  /**
   * @param actor who signs the changes
   */
  public static ModelRegistry over(Store store, String actor) {
    return over(store, actor, Clock.systemUTC());
  }

  public static ModelRegistry over(Store store, String actor, Clock clock) {
    throw new UnsupportedOperationException();
  }

  /** All registered models, by name. */
  public List<RegisteredModel> models() {
    throw new UnsupportedOperationException();
  }

  public Optional<RegisteredModel> find(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * The versions of a model, the newest first.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST for an unknown model
   */
  public List<ModelVersion> versions(String name) {
    throw new UnsupportedOperationException();
  }

  /** A version; empty if the model has none of that number, or there is no such model. */
  public Optional<ModelVersion> version(String name, int number) {
    throw new UnsupportedOperationException();
  }

  /** The newest version in each stage that has one, by stage. */
  public List<ModelVersion> latestVersions(String name) {
    throw new UnsupportedOperationException();
  }

  /** The version that an alias points at; empty if there is none. */
  public Optional<ModelVersion> aliased(String name, String alias) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a registered model without versions.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_ALREADY_EXISTS if there is one
   */
  public RegisteredModel createModel(String name, RegisterOptions options) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * Points an alias at a version, wherever it pointed before.
   *
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST if there is no such version
   */
  public void setAlias(String name, String alias, int version, String why) {
    throw new UnsupportedOperationException();
  }

  /** Takes an alias away; one that is not there changes nothing. */
  public void deleteAlias(String name, String alias, String why) {
    throw new UnsupportedOperationException();
  }

  public void setModelTag(String name, String key, String value, String why) {
    throw new UnsupportedOperationException();
  }

  public void deleteModelTag(String name, String key, String why) {
    throw new UnsupportedOperationException();
  }

  public void setVersionTag(String name, int version, String key, String value, String why) {
    throw new UnsupportedOperationException();
  }

  public void deleteVersionTag(String name, int version, String key, String why) {
    throw new UnsupportedOperationException();
  }

  public void describeModel(String name, String description, String why) {
    throw new UnsupportedOperationException();
  }

  public void describeVersion(String name, int version, String description, String why) {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts a version into a stage.
   *
   * @param archiveExisting whether versions that are in that stage go to Archived; Staging and
   *     Production only
   */
  public ModelVersion transition(
      String name, int version, Stage stage, boolean archiveExisting, String why) {
    throw new UnsupportedOperationException();
  }

  /** Deletes a version and the aliases that point at it. Its number is never given out again. */
  public void deleteVersion(String name, int version, String why) {
    throw new UnsupportedOperationException();
  }

  /** Deletes a registered model and its versions. */
  public void deleteModel(String name, String why) {
    throw new UnsupportedOperationException();
  }

  /** Gives a registered model another name. */
  public RegisteredModel rename(String name, String newName, String why) {
    throw new UnsupportedOperationException();
  }

  /** Who changed what, when and why, the newest first; also of a deleted model. */
  public List<RegistryChange> history(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * What a model URI means now: {@code models:/name/3}, {@code models:/name@alias}, {@code
   * models:/name/Production}, {@code models:/name/latest}, {@code runs:/<id>/path} or a path.
   */
  public ResolvedModel resolve(ModelUri uri) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #resolve(ModelUri)}, for a URI as text. */
  public ResolvedModel resolve(String uri) {
    throw new UnsupportedOperationException();
  }

  /** Finds registered models by MLflow's grammar: {@code name} and {@code tags.key}. */
  public Page<RegisteredModel> searchModels(SearchQuery query) {
    throw new UnsupportedOperationException();
  }

  /**
   * Finds model versions by MLflow's grammar: {@code name}, {@code run_id}, {@code source_path},
   * {@code version_number} and {@code tags.key}.
   */
  public Page<ModelVersion> searchVersions(SearchQuery query) {
    throw new UnsupportedOperationException();
  }
}
