package io.runlake.scoring.batch;

import io.runlake.flavor.ModelUri;
import io.runlake.registry.ResolvedModel;

/**
 * What the model URI meant when the job started.
 *
 * @param uri as it was given
 */
record ScoringModel(ModelUri uri, ResolvedModel resolved) {
  /** The version by name and number, or the folder of a model that is not registered. */
  String identity() {
    return resolved.name().isPresent() && resolved.version().isPresent()
        ? "models:/" + resolved.name().get() + "/" + resolved.version().get()
        : resolved.path();
  }
}
