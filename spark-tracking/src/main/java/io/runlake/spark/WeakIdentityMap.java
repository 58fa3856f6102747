package io.runlake.spark;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of objects as long as somebody else holds them, the latest so many. Objects are
 * told apart by identity: one of the user's may have an {@code equals} of its own. Thread-safe.
 */
final class WeakIdentityMap<V> {
  private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
  private final Map<Key, V> entries;

  /**
   * An empty map.
   *
   * @param most past this the eldest entry goes
   */
  WeakIdentityMap(int most) {
    entries =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, V> eldest) {
            return size() > most;
          }
        };
  }

  /** A later value for the same object is the one that counts. */
  synchronized void put(Object object, V value) {
    forgetGone();
    entries.put(new Key(object, gone), value);
  }

  synchronized Optional<V> get(Object object) {
    forgetGone();
    return Optional.ofNullable(entries.get(new Key(object, null)));
  }

  synchronized int size() {
    forgetGone();
    return entries.size();
  }

  private void forgetGone() {
    for (Reference<?> next = gone.poll(); next != null; next = gone.poll()) {
      entries.remove(next);
    }
  }

  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object object, ReferenceQueue<Object> queue) {
      super(object, queue);
      this.hash = System.identityHashCode(object);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return this == other || other instanceof Key key && get() != null && get() == key.get();
    }
  }
}
