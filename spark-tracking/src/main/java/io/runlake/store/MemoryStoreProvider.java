package io.runlake.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Opens {@code memory:<name>}: stores that live as long as the process, for tests, examples and dry
 * runs. One name is one store, however often it is opened.
 */
public final class MemoryStoreProvider implements StoreProvider {
  private static final ConcurrentMap<String, MemoryStore> STORES = new ConcurrentHashMap<>();

  @Override
  public String scheme() {
    return "memory";
  }

  @Override
  public Store open(String root, StoreOptions options) {
    return STORES.computeIfAbsent(root, MemoryStore::new);
  }
}
