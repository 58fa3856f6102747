package io.runlake.spool;

import io.runlake.spool.Spool.SpooledFile;
import io.runlake.store.AlertLog;
import io.runlake.store.ArtifactPath;
import io.runlake.store.ArtifactStore;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.PutIfAbsent;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStore;
import io.runlake.store.StateRow;
import io.runlake.store.StateTable;
import io.runlake.store.Store;
import io.runlake.store.StoreCare;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A store over another one that its user can give up: from then on it keeps what it is given, and
 * what the other has not acknowledged, in memory, and writes all of it into a file in the end. So
 * who logs to it goes on as if the other store had taken everything.
 *
 * <p>The other store is opened with the first use. Appends go to it from a thread of this store's
 * own, so that one that hangs does not hold up who appends. Thread-safe.
 */
public final class SpoolingStore implements Store {
  private final FutureTask<Store> opening;
  private final Kept kept;
  private final ThreadPoolExecutor sender = sender();

  /**
   * @param real opens the other store
   * @param file where what it does not take is written in the end; not touched before
   */
  public SpoolingStore(Supplier<Store> real, Path file) {
    this.opening = new FutureTask<>(real::get);
    this.kept = new Kept(file);
  }

  private static ThreadPoolExecutor sender() {
    ThreadPoolExecutor sender =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(null, work, "runlake-append", 0, false);
              thread.setDaemon(true);
              return thread;
            });
    sender.allowCoreThreadTimeOut(true);
    return sender;
  }

  /** Where what the other store does not take is written in the end. */
  public Path file() {
    return kept.file();
  }

  /** From now on everything is kept for the file; who waits for the other store goes on. */
  public void giveUp() {
    kept.giveUp();
  }

  /**
   * Writes what is kept. What is given afterwards is refused.
   *
   * @return what the file holds; empty if nothing was kept, and there is no file
   * @throws IOException if the file cannot be written
   */
  public Optional<Spool> finish() throws IOException {
    return kept.finish(opened().map(Store::root));
  }

  private Optional<Store> opened() {
    try {
      return opening.isDone() ? Optional.of(opening.get()) : Optional.empty();
    } catch (ExecutionException | InterruptedException notThere) {
      return Optional.empty();
    }
  }

  /** The other store, opened if need be, for as long as it is not given up. */
  private Store real() {
    if (kept.isGivenUp()) {
      throw unavailable("The store was given up: it did not answer.", null);
    }
    opening.run();
    try {
      return opening.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException usual) {
        throw usual;
      }
      throw unavailable("The store could not be opened: " + failed.getCause(), failed.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("Interrupted while the store was opened.", e);
    }
  }

  private static StoreException unavailable(String message, Throwable cause) {
    return new StoreException(StoreException.Kind.UNAVAILABLE, message, cause);
  }

  @Override
  public String root() {
    return kept.isGivenUp() ? kept.root() : real().root();
  }

  @Override
  public boolean exists() {
    return real().exists();
  }

  @Override
  public RunStore runs() {
    return new Runs();
  }

  @Override
  public StateTable<ExperimentRow> experiments() {
    return new Table<>(() -> kept.isGivenUp() ? kept.experiments() : real().experiments());
  }

  @Override
  public StateTable<RegistryRow> registry() {
    return new Table<>(() -> real().registry());
  }

  @Override
  public AlertLog alerts() {
    return real().alerts();
  }

  @Override
  public ArtifactStore artifacts() {
    return new Artifacts();
  }

  @Override
  public PutIfAbsent claims() {
    return real().claims();
  }

  @Override
  public StoreCare care() {
    return real().care();
  }

  @Override
  public Counters counters() {
    return real().counters();
  }

  @Override
  public void flush() {
    if (!kept.isGivenUp()) {
      real().flush();
    }
  }

  /** Closes the other store, unless it was given up: then it is left to itself. */
  @Override
  public void close() {
    boolean left = kept.close();
    sender.shutdown();
    if (!left) {
      opened().ifPresent(Store::close);
    }
  }

  private final class Runs implements RunStore {
    @Override
    public CompletableFuture<Void> append(RunBatch batch) {
      CompletableFuture<Void> outcome = new CompletableFuture<>();
      if (!kept.hold(batch, outcome)) {
        return CompletableFuture.completedFuture(null);
      }
      sender.execute(() -> send(batch, outcome));
      return outcome;
    }

    private void send(RunBatch batch, CompletableFuture<Void> outcome) {
      CompletableFuture<Void> sent;
      try {
        sent = real().runs().append(batch);
      } catch (Throwable refused) {
        sent = CompletableFuture.failedFuture(refused);
      }
      sent.whenComplete(
          (done, failure) -> {
            if (!kept.answered(outcome)) {
              return;
            }
            if (failure == null) {
              outcome.complete(null);
            } else {
              outcome.completeExceptionally(withPlace(failure));
            }
          });
    }

    /** So that whoever is told of it knows where to look. */
    private StoreException withPlace(Throwable failure) {
      return new StoreException(
          failure instanceof StoreException known ? known.kind() : StoreException.Kind.UNAVAILABLE,
          failure.getMessage()
              + " What the store does not take until the application ends is kept in "
              + kept.file()
              + ", and written by: runlake store recover "
              + kept.file(),
          failure);
    }

    @Override
    public Optional<RunRow> find(RunId id) {
      return kept.isGivenUp() ? kept.find(id) : real().runs().find(id);
    }

    @Override
    public void scan(RunScan scan, Consumer<RunRow> consumer) {
      real().runs().scan(scan, consumer);
    }

    @Override
    public List<MetricPoint> points(RunId run, Optional<String> key) {
      return real().runs().points(run, key);
    }
  }

  /** A table that is looked for with each call, and not before. */
  private record Table<R extends StateRow>(Supplier<StateTable<R>> table) implements StateTable<R> {
    @Override
    public List<R> current() {
      return table.get().current();
    }

    @Override
    public List<R> history() {
      return table.get().history();
    }

    @Override
    public <T> T change(Function<State<R>, Decision<R, T>> decision) {
      return table.get().change(decision);
    }
  }

  private final class Artifacts implements ArtifactStore {
    @Override
    public void put(String folder, ArtifactPath path, InputStream content) {
      if (!kept.isGivenUp()) {
        real().artifacts().put(folder, path, content);
        return;
      }
      try {
        kept.keep(new SpooledFile(folder, path.value(), content.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read what is to become " + path + ".", e);
      }
    }

    @Override
    public List<ArtifactFile> list(String folder, ArtifactPath path) {
      return real().artifacts().list(folder, path);
    }

    @Override
    public InputStream open(String folder, ArtifactPath path) {
      return real().artifacts().open(folder, path);
    }
  }
}
