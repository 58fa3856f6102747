package io.runlake.store.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.utils.CloseableIterable;
import io.runlake.store.StoreException;
import io.runlake.store.TableUpgrade;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the tables of a store to the newest version of the format, by a chain of steps.
 *
 * <p>All tables are looked at before the first is changed. Each step of each table is one commit,
 * so a crash leaves some tables at the old version and some at the new one; both refuse writers of
 * the other version, and running the upgrade again completes it. A writer that is at work while its
 * table is changed finds that it is no longer the one that it knew, reads it anew, and is refused.
 */
final class FormatUpgrade {
  /** Version 1 is the first, so there is nothing before it that could be upgraded. */
  static final List<FormatStep> STEPS = List.of();

  private static final String WRITER = "runlake";
  private static final int MOST_STEPS = 100;
  private static final int MOST_ATTEMPTS = 20;

  private final String root;
  private final StoreEngine engine;
  private final List<FormatStep> steps;
  private final String target;

  /**
   * @param target the version that the chain leads to
   */
  FormatUpgrade(String root, StoreEngine engine, List<FormatStep> steps, String target) {
    this.root = root;
    this.engine = engine;
    this.steps = List.copyOf(steps);
    this.target = target;
  }

  /**
   * What has to be done, in order.
   *
   * @throws StoreException of kind INVALID if no chain leads from a table to the target; nothing
   *     was changed then
   */
  List<TableUpgrade> plan() {
    List<TableUpgrade> plan = new ArrayList<>();
    for (TableSpec<?> spec : TableSpec.ALL) {
      DeltaTable<?> table = new DeltaTable<>(root, spec, engine);
      if (table.exists()) {
        for (FormatStep step : chain(table, format(load(table)))) {
          plan.add(new TableUpgrade(spec.name(), step.from(), step.to()));
        }
      }
    }
    return plan;
  }

  /** Does what {@link #plan} says and gives it back; nothing if all tables are at the target. */
  List<TableUpgrade> run() {
    List<TableUpgrade> plan = plan();
    for (TableUpgrade one : plan) {
      TableSpec<?> spec =
          TableSpec.ALL.stream()
              .filter(known -> known.name().equals(one.table()))
              .findFirst()
              .orElseThrow();
      FormatStep step = stepFrom(one.from());
      apply(new DeltaTable<>(root, spec, engine), step);
    }
    return plan;
  }

  private List<FormatStep> chain(DeltaTable<?> table, String format) {
    List<FormatStep> chain = new ArrayList<>();
    String at = format;
    while (!at.equals(target)) {
      FormatStep step = stepFrom(at);
      if (step == null || chain.size() == MOST_STEPS) {
        throw new StoreException(
            StoreException.Kind.INVALID,
            "The table at "
                + table.path()
                + " has "
                + TableSpec.FORMAT
                + "="
                + format
                + ", from which this version of Runlake knows no way to "
                + target
                + "; nothing was changed. Use a version of Runlake that knows the format.");
      }
      chain.add(step);
      at = step.to();
    }
    return chain;
  }

  private FormatStep stepFrom(String format) {
    return steps.stream().filter(step -> step.from().equals(format)).findFirst().orElse(null);
  }

  private Snapshot load(DeltaTable<?> table) {
    return Storage.reading(
        table.path(),
        () ->
            TableManager.loadSnapshot(table.path())
                .withCommitter(new SettlingCommitter())
                .build(engine));
  }

  private static String format(Snapshot snapshot) {
    String format = snapshot.getTableProperties().get(TableSpec.FORMAT);
    if (format == null) {
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The table at "
              + snapshot.getPath()
              + " is not one of Runlake's: it has no property "
              + TableSpec.FORMAT
              + "; nothing was changed. Give the root of a store.");
    }
    return format;
  }

  /**
   * Commits one step, unless it is there: of two upgrades at once one commits it, and an answer
   * that was lost is settled by reading the table again.
   */
  private void apply(DeltaTable<?> table, FormatStep step) {
    for (int attempt = 1; ; attempt++) {
      Snapshot before = load(table);
      if (!format(before).equals(step.from())) {
        return;
      }
      try {
        commit(table, step, before);
      } catch (RuntimeException e) {
        boolean again =
            e instanceof KernelException
                || Storage.cause(e, CommitFailedException.class).isPresent();
        if (!again || attempt == MOST_ATTEMPTS) {
          throw Storage.translated(table.path(), Storage.WRITE, e);
        }
      }
    }
  }

  private void commit(DeltaTable<?> table, FormatStep step, Snapshot before) {
    Map<String, String> properties = new HashMap<>(step.properties().apply(table.spec().name()));
    properties.put(TableSpec.FORMAT, step.to());
    before
        .buildUpdateTableTransaction(WRITER, Operation.MANUAL_UPDATE)
        .withTablePropertiesAdded(properties)
        .withMaxRetries(0)
        .build(engine)
        .commit(engine, CloseableIterable.emptyIterable());
  }
}
