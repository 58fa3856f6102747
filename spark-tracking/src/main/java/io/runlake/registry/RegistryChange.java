package io.runlake.registry;

import io.runlake.store.RegistryRow.Change;

/**
 * One change of a registered model or of one of its versions.
 *
 * @param revision the number of the change; several entries may carry the same
 * @param version the version that changed; 0 for the registered model itself
 * @param what what changed, in words, such as {@code alias champion: 1 -> 2}
 */
public record RegistryChange(long revision, String name, int version, String what, Change change) {}
