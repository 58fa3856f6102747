package io.runlake.store;

import java.util.List;
import java.util.function.Function;

/**
 * A table of full states that changes by compare-and-swap only: {@code experiments} and {@code
 * registry}.
 *
 * <p>Thread-safe. Many processes may change one table at once.
 *
 * @param <R> the row
 */
public interface StateTable<R extends StateRow> {
  /** Per key the row of the greatest revision, in no order. */
  List<R> current();

  /** Every row ever written, by revision. */
  List<R> history();

  /**
   * Changes the table.
   *
   * <p>Atomicity: the decision sees a state, and its rows are written only if the table is still in
   * that state, all at once; else it is asked again with the newer state. When this returns the
   * rows are durable. What the decision throws comes back to the caller and nothing is written. The
   * decision may be called several times and must have no effect of its own.
   *
   * @throws StoreException of kind CONFLICT when others kept changing the table for the whole time
   *     that the implementation allows
   */
  <T> T change(Function<State<R>, Decision<R, T>> decision);

  /**
   * What a decision sees.
   *
   * @param revision the greatest revision of the table, 0 if it is empty
   * @param rows the current rows
   */
  record State<R>(long revision, List<R> rows) {
    public State {
      rows = List.copyOf(rows);
    }

    /** The revision that the rows of the decision carry. */
    public long nextRevision() {
      return revision + 1;
    }
  }

  /**
   * What a decision wants.
   *
   * @param writes rows that carry {@link State#nextRevision()}; none means that nothing changes
   * @param result what {@link #change} returns
   */
  record Decision<R, T>(List<R> writes, T result) {
    public Decision {
      writes = List.copyOf(writes);
    }

    /** Nothing to write. */
    public static <R, T> Decision<R, T> keep(T result) {
      return new Decision<>(List.of(), result);
    }
  }
}
