package io.runlake.store.delta;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Reads many small files on a few threads. The caller's thread is one of them; the others end
 * before the call returns, and it returns only then, interrupted or not.
 */
final class ParallelReads<T, R> {
  /** Fewer files than this for a thread cost less than the thread. */
  private static final int FILES_FOR_A_THREAD = 8;

  /** Where storage is far away, several reads are under way even on one processor. */
  private static final int LEAST_THREADS = 4;

  private static final int MOST_THREADS = 16;

  /** Reads one item. */
  @FunctionalInterface
  interface Read<T, R> {
    R of(T item) throws IOException;
  }

  private final List<T> items;
  private final Read<T, R> read;
  private final AtomicReferenceArray<R> results;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private ParallelReads(List<T> items, Read<T, R> read) {
    this.items = items;
    this.read = read;
    this.results = new AtomicReferenceArray<>(items.size());
  }

  /**
   * The results in the order of the items.
   *
   * @throws IOException what a read threw, or a RuntimeException; then nothing is returned
   */
  static <T, R> List<R> of(List<T> items, Read<T, R> read) throws IOException {
    return new ParallelReads<>(items, read).run();
  }

  private List<R> run() throws IOException {
    int processors = Runtime.getRuntime().availableProcessors();
    int most = Math.min(MOST_THREADS, Math.max(LEAST_THREADS, processors));
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < Math.min(most, items.size() / FILES_FOR_A_THREAD); i++) {
      Thread helper = new Thread(this::work, "runlake-read-" + i);
      helper.setDaemon(true);
      helper.start();
      helpers.add(helper);
    }
    work();
    helpers.forEach(ParallelReads::await);
    throwFailure();
    List<R> all = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      all.add(results.get(i));
    }
    return all;
  }

  private void work() {
    try {
      for (int i = next.getAndIncrement();
          i < items.size() && failure.get() == null;
          i = next.getAndIncrement()) {
        results.set(i, read.of(items.get(i)));
      }
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private static void await(Thread helper) {
    boolean interrupted = false;
    while (true) {
      try {
        helper.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void throwFailure() throws IOException {
    Throwable thrown = failure.get();
    if (thrown instanceof IOException io) {
      throw io;
    }
    if (thrown instanceof RuntimeException runtime) {
      throw runtime;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
  }
}
