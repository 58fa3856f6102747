package io.runlake.store.delta;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Numbers the operations on files that pass by, from 0, and lets one of them go wrong. Whoever sees
 * operations says {@link #enter} before and {@link #leave} after each. Thread-safe.
 */
public final class FaultPoints {
  /** What goes wrong with an operation. */
  public enum Effect {
    NONE,
    /** It is not done and fails; those after it go well. */
    FAIL,
    /** It is done and fails all the same. */
    LOSE_ANSWER,
    /** It is not done, and nothing is done after it: what a crash before it leaves behind. */
    DIE_BEFORE,
    /** It is done, and nothing after it: what a crash after it leaves behind. */
    DIE_AFTER,
    /** The process ends before it is done. */
    HALT_BEFORE,
    /** The process ends after it was done. */
    HALT_AFTER
  }

  /** What a process that {@link Effect#HALT_BEFORE halted} ends with. */
  public static final int HALTED = 77;

  private static final Set<String> CHANGES =
      Set.of("create", "write", "sync", "link", "rename", "delete", "mkdir");

  /**
   * An operation.
   *
   * @param verb list, status, open, create, write, sync, link, rename, delete or mkdir
   */
  public record Operation(int number, String verb, String path) {
    /** Whether it can leave the disk other than it was. */
    public boolean changes() {
      return CHANGES.contains(verb);
    }

    /** Whether it may be done by another thread after the answer, or not at all before the end. */
    boolean housekeeping() {
      return path.contains(".crc") || path.contains("checkpoint");
    }
  }

  private final int at;
  private final Effect effect;
  private final List<Operation> operations = new ArrayList<>();
  private final ThreadLocal<Deque<Operation>> running = ThreadLocal.withInitial(ArrayDeque::new);
  private volatile Predicate<String> full = path -> false;
  private boolean dead;
  private boolean struck;

  private FaultPoints(int at, Effect effect) {
    this.at = at;
    this.effect = effect;
  }

  /** Lets everything pass. */
  public static FaultPoints none() {
    return new FaultPoints(-1, Effect.NONE);
  }

  /** Lets one operation go wrong. */
  public static FaultPoints at(int number, Effect effect) {
    return new FaultPoints(number, effect);
  }

  /** Lets no byte be written to files whose path it says yes to, from now on. */
  public void fill(Predicate<String> paths) {
    full = paths;
  }

  /** What passed so far, refused ones of a dead process not. */
  public synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** The operation that went wrong, if it came to it. */
  public synchronized Optional<Operation> struck() {
    return struck ? Optional.of(operations.get(at)) : Optional.empty();
  }

  /** Says that an operation is about to be done. */
  void enter(String verb, String path) throws IOException {
    if (verb.equals("write") && full.test(path)) {
      throw new IOException("No space left on device");
    }
    Operation operation;
    synchronized (this) {
      if (dead) {
        throw new IOException("the process is dead");
      }
      operation = new Operation(operations.size(), verb, path);
      operations.add(operation);
      running.get().push(operation);
      if (operation.number() != at) {
        return;
      }
      struck |= effect != Effect.NONE;
      dead |= effect == Effect.DIE_BEFORE;
    }
    if (effect == Effect.HALT_BEFORE) {
      Runtime.getRuntime().halt(HALTED);
    }
    if (effect == Effect.FAIL || effect == Effect.DIE_BEFORE) {
      throw new IOException(effect + " at " + operation);
    }
  }

  /** Says that an operation was done. */
  void leave(String verb, String path) throws IOException {
    Operation operation = running.get().poll();
    // One whose operation failed was never left.
    while (operation != null && !(operation.verb().equals(verb) && operation.path().equals(path))) {
      operation = running.get().poll();
    }
    if (operation == null || operation.number() != at) {
      return;
    }
    if (effect == Effect.HALT_AFTER) {
      Runtime.getRuntime().halt(HALTED);
    }
    if (effect == Effect.DIE_AFTER) {
      synchronized (this) {
        dead = true;
      }
    }
    if (effect == Effect.LOSE_ANSWER || effect == Effect.DIE_AFTER) {
      throw new IOException(effect + " at " + operation);
    }
  }
}
