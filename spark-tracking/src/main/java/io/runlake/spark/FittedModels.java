package io.runlake.spark;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which fit a model of this process came from, as long as somebody holds the model. Models are told
 * apart by identity: one of somebody else's may have an {@code equals} of its own.
 */
final class FittedModels {
  private static final Map<Key, FitRun> RUNS = new HashMap<>();
  private static final ReferenceQueue<Object> GONE = new ReferenceQueue<>();

  private FittedModels() {}

  /** A later fit that gives the same object is the one that counts. */
  static synchronized void remember(Object model, FitRun run) {
    forgetGone();
    RUNS.put(new Key(model, GONE), run);
  }

  /** The run of a model's fit; empty if none was logged. */
  static synchronized Optional<FitRun> of(Object model) {
    forgetGone();
    return Optional.ofNullable(RUNS.get(new Key(model, null)));
  }

  private static void forgetGone() {
    for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
      RUNS.remove(gone);
    }
  }

  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object model, ReferenceQueue<Object> queue) {
      super(model, queue);
      this.hash = System.identityHashCode(model);
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
