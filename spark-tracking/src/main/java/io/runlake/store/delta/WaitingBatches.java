package io.runlake.store.delta;

import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunRow;
import io.runlake.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Batches in the order in which they came, bounded by about how much memory they take. */
final class WaitingBatches {
  /** About what an object with a header, some fields and a place in a list takes. */
  private static final int OBJECT = 64;

  private static final int POINT = 2 * OBJECT;

  /** A batch, or, with an empty batch, a mark that a flush waits for. */
  record Waiting(RunBatch batch, boolean mark, long bytes, CompletableFuture<Void> future) {
    static Waiting of(RunBatch batch) {
      return new Waiting(batch, false, size(batch), new CompletableFuture<>());
    }

    static Waiting forFlush() {
      return new Waiting(new RunBatch(List.of(), List.of()), true, 0, new CompletableFuture<>());
    }
  }

  private final long capacity;
  private final Duration patience;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition left = lock.newCondition();
  private long bytes;

  /**
   * @param patience how long a batch waits for room
   */
  WaitingBatches(long capacity, Duration patience) {
    this.capacity = capacity;
    this.patience = patience;
  }

  /**
   * Adds a batch once there is room: below the bound, or the queue is empty. Marks always fit.
   *
   * @return false if there was no room in time
   * @throws InterruptedException if it had to wait for room; who need not is not stopped
   */
  boolean add(Waiting waiting) throws InterruptedException {
    lock.lock();
    try {
      long nanos = patience.toNanos();
      while (bytes > 0 && bytes + waiting.bytes() > capacity && !waiting.mark()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      queue.addLast(waiting);
      bytes += waiting.bytes();
      arrived.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the first batch, and then for a moment until there are as many as are expected; takes
   * as many of them as are bounded too.
   */
  List<Waiting> take(int expected, Duration moment) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty()) {
        arrived.await();
      }
      long nanos = moment.toNanos();
      while (nanos > 0 && queue.size() < expected) {
        nanos = arrived.awaitNanos(nanos);
      }
      return taken();
    } finally {
      lock.unlock();
    }
  }

  /** What waits, without waiting for it; nothing if nothing does. */
  List<Waiting> poll() {
    lock.lock();
    try {
      return taken();
    } finally {
      lock.unlock();
    }
  }

  private List<Waiting> taken() {
    List<Waiting> group = new ArrayList<>();
    long size = 0;
    while (!queue.isEmpty() && (group.isEmpty() || size + queue.peek().bytes() <= capacity)) {
      Waiting next = queue.poll();
      group.add(next);
      size += next.bytes();
    }
    bytes -= size;
    left.signalAll();
    return group;
  }

  int size() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** How long {@link #add} waits for room. */
  Duration patience() {
    return patience;
  }

  /**
   * About how much memory a batch takes.
   *
   * @throws StoreException of kind INVALID if something of it does not fit its column
   */
  private static long size(RunBatch batch) {
    long size = OBJECT;
    for (MetricPoint point : batch.points()) {
      Columns.microsOfMillis(point.value().timestamp());
      size += POINT;
    }
    for (RunRow row : batch.rows()) {
      size += size(TableSpec.RUNS.codec().encode(row));
    }
    return size;
  }

  private static long size(Object value) {
    long size = OBJECT;
    if (value instanceof String text) {
      size += text.length();
    } else if (value instanceof Object[] fields) {
      for (Object field : fields) {
        size += field == null ? 0 : size(field);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        size += size(entry.getKey()) + size(entry.getValue());
      }
    }
    return size;
  }
}
