package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.runlake.store.Alert;
import io.runlake.store.AlertLog;
import io.runlake.store.ExperimentRow;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunBatch;
import io.runlake.store.RunStore;
import io.runlake.store.StateRow;
import io.runlake.store.StateTable;
import io.runlake.store.StoreAround;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A store that is right as long as the storage answers, and known to be wrong when an answer is
 * lost: it takes any error at its word, writes the rows to new files and sends them again, as
 * writers do that do not settle. It shows that the tests of lost answers can fail.
 */
final class UnsettledStore extends StoreAround {
  /** An answer is lost once; who fails more often than this would fail for ever. */
  private static final int ATTEMPTS = 5;

  private final DeltaStore reading;
  private final StoreEngine engine;

  /**
   * @param reading the same root over files without faults; creates the tables, reads, and closes
   */
  UnsettledStore(DeltaStore reading, FileIO files) {
    super(reading);
    this.reading = reading;
    this.engine = new StoreEngine(files, new HadoopFiles(Map.of()));
  }

  private <R> DeltaTable<R> table(TableSpec<R> spec) {
    return new DeltaTable<>(reading.root(), spec, engine);
  }

  private static <R> Optional<Snapshot> stock(DeltaTable<R> table) {
    return table.exists()
        ? Optional.of(TableManager.loadSnapshot(table.path()).build(table.engine()))
        : Optional.empty();
  }

  private static <R> boolean commit(DeltaTable<R> table, List<R> rows, Optional<Snapshot> base)
      throws IOException {
    SettlingCommitter unused = new SettlingCommitter();
    List<Row> actions = table.stage(rows, base, unused);
    return table.attempt(actions, base, unused) instanceof CommitOutcome.Done;
  }

  private <R> void append(TableSpec<R> spec, List<R> rows) {
    if (rows.isEmpty()) {
      return;
    }
    DeltaTable<R> table = table(spec);
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        if (commit(table, rows, stock(table))) {
          return;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("gave up on " + table.path());
  }

  private final class States<R extends StateRow> implements StateTable<R> {
    private final StateTable<R> rows;
    private final TableSpec<R> spec;

    States(StateTable<R> rows, TableSpec<R> spec) {
      this.rows = rows;
      this.spec = spec;
    }

    @Override
    public List<R> current() {
      return rows.current();
    }

    @Override
    public List<R> history() {
      return rows.history();
    }

    @Override
    public <T> T change(Function<State<R>, Decision<R, T>> decision) {
      DeltaTable<R> table = table(spec);
      for (int i = 0; i < ATTEMPTS; i++) {
        Optional<Snapshot> base = stock(table);
        List<R> history = history();
        Map<Object, R> newest = new LinkedHashMap<>();
        history.forEach(row -> newest.put(row.key(), row));
        long revision = history.isEmpty() ? 0 : history.get(history.size() - 1).revision();
        Decision<R, T> decided =
            decision.apply(new State<>(revision, List.copyOf(newest.values())));
        try {
          if (decided.writes().isEmpty() || commit(table, decided.writes(), base)) {
            return decided.result();
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      throw new IllegalStateException("gave up on " + table.path());
    }
  }

  @Override
  protected CompletableFuture<Void> append(RunStore runs, RunBatch batch) {
    append(TableSpec.METRICS, batch.points());
    append(TableSpec.RUNS, batch.rows());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public StateTable<ExperimentRow> experiments() {
    return new States<>(reading.experiments(), TableSpec.EXPERIMENTS);
  }

  @Override
  public StateTable<RegistryRow> registry() {
    return new States<>(reading.registry(), TableSpec.REGISTRY);
  }

  @Override
  public AlertLog alerts() {
    return new AlertLog() {
      @Override
      public void append(Alert alert) {
        UnsettledStore.this.append(TableSpec.ALERTS, List.of(alert));
      }

      @Override
      public List<Alert> all() {
        return reading.alerts().all();
      }
    };
  }

  @Override
  public void flush() {}
}
