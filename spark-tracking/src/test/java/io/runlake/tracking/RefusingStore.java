package io.runlake.tracking;

import io.runlake.store.RunBatch;
import io.runlake.store.RunStore;
import io.runlake.store.Store;
import io.runlake.store.StoreAround;
import io.runlake.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A store over another one whose runs take nothing while it refuses. */
final class RefusingStore extends StoreAround {
  final AtomicInteger asked = new AtomicInteger();
  volatile boolean refuse;
  volatile boolean closed;

  RefusingStore(Store store) {
    super(store);
  }

  @Override
  protected CompletableFuture<Void> append(RunStore runs, RunBatch batch) {
    asked.incrementAndGet();
    return refuse
        ? CompletableFuture.failedFuture(
            new StoreException(StoreException.Kind.UNAVAILABLE, "The disk has no room."))
        : super.append(runs, batch);
  }

  @Override
  public void close() {
    closed = true;
    super.close();
  }
}
