package io.runlake.store;

/** Opens the stores of one scheme; found by {@link java.util.ServiceLoader}. */
public interface StoreProvider {
  /** The scheme of the tracking URIs that it opens, such as {@code delta}. */
  String scheme();

  /**
   * Opens the store at a root; reads and writes nothing yet.
   *
   * @param root what follows the scheme and its colon
   * @throws StoreException of kind INVALID if the root cannot be one
   */
  Store open(String root, StoreOptions options);
}
