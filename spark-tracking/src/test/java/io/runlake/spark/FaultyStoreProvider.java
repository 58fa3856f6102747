package io.runlake.spark;

import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.StoreProvider;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Opens {@code faulty:<name>}: stores in memory that a test breaks. One name is one store. */
public final class FaultyStoreProvider implements StoreProvider {
  private static final ConcurrentMap<String, FaultyStore> STORES = new ConcurrentHashMap<>();

  @Override
  public String scheme() {
    return "faulty";
  }

  @Override
  public Store open(String root, StoreOptions options) {
    return store(root);
  }

  static FaultyStore store(String name) {
    return STORES.computeIfAbsent(name, FaultyStore::new);
  }
}
