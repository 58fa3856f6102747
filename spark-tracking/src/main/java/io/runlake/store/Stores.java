package io.runlake.store;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Opens a store by its tracking URI. */
public final class Stores {
  private Stores() {}

  /**
   * Opens the store that a tracking URI names, such as {@code delta:/data/runlake}.
   *
   * @throws StoreException of kind INVALID if no provider knows the scheme or the root cannot be
   *     one
   */
  public static Store open(String trackingUri, StoreOptions options) {
    int colon = trackingUri.indexOf(':');
    String scheme = colon < 0 ? "" : trackingUri.substring(0, colon);
    List<String> known = new ArrayList<>();
    for (StoreProvider provider :
        ServiceLoader.load(StoreProvider.class, Stores.class.getClassLoader())) {
      if (provider.scheme().equals(scheme)) {
        return provider.open(trackingUri.substring(colon + 1), options);
      }
      known.add(provider.scheme() + ":");
    }
    throw StoreException.invalid(
        "Unknown tracking URI '"
            + trackingUri
            + "': it starts with one of "
            + known
            + ", for instance delta:/data/runlake.");
  }
}
