package io.runlake.flavor;

import java.util.Optional;
import org.apache.spark.ml.PipelineModel;

/** A model that passed the checks, ready to transform. A driver object, as the model itself. */
public final class LoadedModel {
  private final PipelineModel model;
  private final String path;
  private final MlModel descriptor;
  private final String digest;

  LoadedModel(PipelineModel model, String path, MlModel descriptor, String digest) {
    this.model = model;
    this.path = path;
    this.descriptor = descriptor;
    this.digest = digest;
  }

  /** The pipeline; a model that was saved alone is its only stage. */
  public PipelineModel model() {
    return model;
  }

  /** The signature, if the folder has one. */
  public Optional<Signature> signature() {
    return descriptor.signature();
  }

  /** The folder, canonical. */
  public String path() {
    return path;
  }

  /** What MLmodel says. */
  public MlModel descriptor() {
    return descriptor;
  }

  /** The digest of the folder's files, see {@link ModelManifest}. */
  public String digest() {
    return digest;
  }
}
