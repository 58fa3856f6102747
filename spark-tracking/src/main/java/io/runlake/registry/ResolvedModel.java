package io.runlake.registry;

import io.runlake.store.RunId;
import java.util.Optional;

/**
 * What a model URI means now.
 *
 * @param path the canonical path of the model folder
 * @param name the registered model; empty for a run's model or a path
 * @param version its number; empty for a run's model or a path
 * @param runId the run that made it, where one is known
 * @param digest of the files' manifest at registration; empty if it was never registered
 */
public record ResolvedModel(
    String path,
    Optional<String> name,
    Optional<Integer> version,
    Optional<RunId> runId,
    Optional<String> digest) {}
