package io.runlake.tracking;

import io.runlake.store.RunId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that this process started and has not ended. */
public final class LiveRuns {
  private static final Logger LOG = LoggerFactory.getLogger(LiveRuns.class);
  private static final String EXIT = "The JVM exited before the run ended.";
  private static final long EXIT_SECONDS = 5;
  private static final long LOOK_AGAIN_MILLIS = 20;

  private static final Map<RunId, ActiveRun> RUNS = new ConcurrentHashMap<>();
  private static final CurrentRun NOBODY =
      new CurrentRun() {
        @Override
        public void entered(ActiveRun run) {}

        @Override
        public void left(ActiveRun run) {}
      };

  /** What may hold changes of runs that have ended or are edited: flushed at the exit too. */
  private static final Set<RunWriter> WRITERS = ConcurrentHashMap.newKeySet();

  private static volatile CurrentRun port = NOBODY;
  private static volatile Runnable lastWork = () -> {};
  private static final ThreadLocal<Deque<ActiveRun>> STARTED_HERE =
      ThreadLocal.withInitial(ArrayDeque::new);

  /** Loaded with the first run, so that a process without runs has no hook. */
  private static final class ExitHook {
    static final ExitHook INSTALLED = new ExitHook();

    private ExitHook() {
      Runtime.getRuntime().addShutdownHook(new Thread(LiveRuns::killAll, "runlake-exit"));
    }
  }

  private LiveRuns() {}

  /** The live run of that id; empty if it ended or is not of this process. */
  public static Optional<ActiveRun> find(RunId id) {
    return Optional.ofNullable(RUNS.get(id));
  }

  /** The live run that the calling thread started last; empty if there is none. */
  public static Optional<ActiveRun> current() {
    Deque<ActiveRun> started = STARTED_HERE.get();
    started.removeIf(run -> !RUNS.containsKey(run.id()));
    return Optional.ofNullable(started.peekLast());
  }

  /**
   * At the exit of the JVM this is done before the runs that are still live are ended as KILLED,
   * for who ends its runs on another thread. It must return within a few seconds. The last one
   * given counts.
   */
  public static void beforeExit(Runnable work) {
    lastWork = work;
  }

  static List<ActiveRun> of(Runlake owner) {
    return RUNS.values().stream().filter(run -> run.belongsTo(owner)).toList();
  }

  static void mirror(CurrentRun newPort) {
    port = newPort == null ? NOBODY : newPort;
  }

  static void entered(ActiveRun run) {
    installHook();
    current();
    RUNS.put(run.id(), run);
    STARTED_HERE.get().addLast(run);
    tell(current -> current.entered(run));
  }

  static void left(ActiveRun run) {
    if (RUNS.remove(run.id()) != null) {
      tell(current -> current.left(run));
    }
  }

  /** What this writer holds at the exit of the JVM is written too. */
  static void flushAtExit(RunWriter writer) {
    WRITERS.add(writer);
    installHook();
  }

  static void flushed(RunWriter writer) {
    WRITERS.remove(writer);
  }

  private static void installHook() {
    try {
      if (ExitHook.INSTALLED == null) {
        throw new IllegalStateException("the hook is made when its class is loaded");
      }
    } catch (IllegalStateException | ExceptionInInitializerError | NoClassDefFoundError exiting) {
      LOG.debug("The JVM is exiting; this run is ended by its own code alone.", exiting);
    }
  }

  private static void tell(Consumer<CurrentRun> news) {
    try {
      news.accept(port);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("Who mirrors the current run failed; the run goes on.", e);
    }
  }

  /** Ends what is live as KILLED and waits a few seconds for the store. */
  static void killAll() {
    try {
      lastWork.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("What was to be done before the exit of the JVM failed.", e);
    }
    try {
      kill(RUNS.values().stream().filter(run -> run.exitPatience().isZero()).toList());
      awaitOwnEnds();
      kill(RUNS.values().stream().filter(run -> !run.exitPatience().isZero()).toList());
      await(WRITERS.stream().map(RunWriter::drain).toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until all runs have ended, or the longest patience that one of them asked for is over. */
  private static void awaitOwnEnds() throws InterruptedException {
    long start = System.nanoTime();
    while (RUNS.values().stream()
        .anyMatch(run -> System.nanoTime() - start < run.exitPatience().toNanos())) {
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  private static void kill(List<ActiveRun> runs) throws InterruptedException {
    await(runs.stream().map(run -> run.kill(EXIT)).toList());
  }

  private static void await(List<CompletableFuture<Void>> writes) throws InterruptedException {
    try {
      CompletableFuture.allOf(writes.toArray(new CompletableFuture<?>[0]))
          .get(EXIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException told) {
      LOG.debug("Not all that was logged could be written at the exit of the JVM.", told);
    } catch (TimeoutException e) {
      LOG.warn("Not all that was logged could be written at the exit of the JVM.", e);
    }
  }
}
