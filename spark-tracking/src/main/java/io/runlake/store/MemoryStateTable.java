package io.runlake.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A table of states in memory; one lock makes each change a compare-and-swap that cannot lose. */
final class MemoryStateTable<R extends StateRow> implements StateTable<R> {
  private final List<R> history = new ArrayList<>();

  @Override
  public synchronized List<R> current() {
    Map<Object, R> newest = new LinkedHashMap<>();
    for (R row : history) {
      newest.put(row.key(), row);
    }
    return List.copyOf(newest.values());
  }

  @Override
  public synchronized List<R> history() {
    return List.copyOf(history);
  }

  @Override
  public synchronized <T> T change(Function<State<R>, Decision<R, T>> decision) {
    long revision = history.isEmpty() ? 0 : history.get(history.size() - 1).revision();
    State<R> state = new State<>(revision, current());
    Decision<R, T> decided = decision.apply(state);
    for (R row : decided.writes()) {
      if (row.revision() != state.nextRevision()) {
        throw new IllegalArgumentException(
            "A row of this change carries revision "
                + row.revision()
                + " instead of "
                + state.nextRevision()
                + ": "
                + row);
      }
    }
    history.addAll(decided.writes());
    return decided.result();
  }
}
