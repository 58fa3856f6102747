package io.runlake.store.delta;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides whether what clients saw of one register can be put in a single order that agrees with
 * real time: every call takes effect at one instant between its start and its end, and every read
 * gives what was written last before it. The search is that of J. M. Wing and C. Gong (Testing and
 * verifying concurrent objects, 1993), with G. Lowe's memory of the states that were tried.
 */
final class Linearizable {
  /** What a register holds that nothing was written to, or that was cleared. */
  static final int NOTHING = 0;

  private final List<Call> calls;
  private final Set<State> tried = new HashSet<>();

  /**
   * A finished call.
   *
   * @param read whether it asked for the value; else it set it
   * @param value what it got or set
   * @param start when it was called, by a clock that all clients share
   */
  record Call(boolean read, int value, long start, long end) {}

  private record State(BitSet done, int value) {}

  private Linearizable(List<Call> calls) {
    this.calls = calls.stream().sorted(Comparator.comparingLong(Call::start)).toList();
  }

  /** Whether there is such an order. */
  static boolean accepts(List<Call> calls) {
    return new Linearizable(calls).from(new BitSet(), NOTHING);
  }

  private boolean from(BitSet done, int value) {
    if (done.cardinality() == calls.size()) {
      return true;
    }
    if (!tried.add(new State((BitSet) done.clone(), value))) {
      return false;
    }
    long firstEnd = Long.MAX_VALUE;
    for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
      firstEnd = Math.min(firstEnd, calls.get(i).end());
    }
    for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
      Call call = calls.get(i);
      if (call.start() > firstEnd) {
        break;
      }
      if (!call.read() || call.value() == value) {
        done.set(i);
        if (from(done, call.value())) {
          return true;
        }
        done.clear(i);
      }
    }
    return false;
  }
}
