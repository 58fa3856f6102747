package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.runlake.store.RunCounts;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The status and lifecycle of runs, merged from rows of which only these columns are read. */
final class RunStates {
  static final StructType COLUMNS =
      Columns.struct(
          "run_id",
          StringType.STRING,
          "status",
          RunRowCodec.STATUS,
          "lifecycle",
          RunRowCodec.STAMP);

  private final Map<String, State> states = new HashMap<>();

  private record State(Optional<StatusChange> status, Optional<Stamp> lifecycle) {
    State merge(State other) {
      return new State(max(status, other.status), max(lifecycle, other.lifecycle));
    }

    private static <T extends Comparable<T>> Optional<T> max(Optional<T> a, Optional<T> b) {
      return a.isEmpty() || b.isPresent() && b.get().compareTo(a.get()) > 0 ? b : a;
    }
  }

  void add(ColumnarBatch batch) {
    ColumnVector ids = batch.getColumnVector(0);
    for (int row = 0; row < batch.getSize(); row++) {
      if (!ids.isNullAt(row)) {
        states.merge(
            ids.getString(row),
            new State(
                RunRowCodec.optional(batch.getColumnVector(1), row, RunRowCodec::readStatus),
                RunRowCodec.optional(batch.getColumnVector(2), row, RunRowCodec::readStamp)),
            State::merge);
      }
    }
  }

  void count(RunCounts.Tally tally) {
    for (State state : states.values()) {
      boolean deleted =
          state.lifecycle().flatMap(Stamp::value).filter(RunRow.DELETED::equals).isPresent();
      tally.add(state.status().map(StatusChange::status), deleted);
    }
  }
}
