package io.runlake.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Random lives of runs, told as the rows that their writers commit: an owner, who ends and resumes
 * it, others who edit it, and a reaper, each with a clock of its own that is up to a minute off,
 * and who see of each other what was committed by then; some commits are late.
 */
public final class Histories {
  private static final long MINUTE = 60_000;
  private static final long BEGIN = 1_760_000_000_000L;
  private static final List<String> KEYS = List.of("a", "b", "it's", "größe", "\uD83D\uDE00");
  private static final List<String> WORDS = List.of("", "x", "y", "ä", "\uFFFD", "\uD83D\uDE00");
  private static final List<Double> DOUBLES =
      List.of(0.0, -0.0, 1.5, -1.5, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE);

  private final Random random;

  public Histories(long seed) {
    this.random = new Random(seed);
  }

  /** A row and when its commit became visible. */
  private record Committed(RunRow row, long visible) {}

  /** The rows of one run, in the order in which they became visible. */
  public List<RunRow> history(RunId id) {
    List<Committed> log = new ArrayList<>();
    long[] skew = {skew(), skew(), skew()};
    long now = BEGIN + random.nextInt(1000);
    int changes = 2 + random.nextInt(9);
    for (int i = 0; i <= changes; i++) {
      int who = i == 0 ? 0 : random.nextInt(3);
      long seen = 0;
      for (Committed there : log) {
        boolean visible = there.visible() <= now || there.row().origin().isPresent();
        seen = visible ? Math.max(seen, there.row().greatestStamp()) : seen;
      }
      long at = Math.max(now + skew[who], seen + 1);
      RunRow row = RunRow.of(id, new ExperimentId("7"));
      row = i == 0 ? created(row, at) : who == 0 ? byOwner(row, at) : byOther(row, at);
      boolean late = i > 0 && random.nextInt(5) == 0;
      log.add(new Committed(row, now + (late ? random.nextInt((int) MINUTE) : 0)));
      now += random.nextInt(20_000);
    }
    return log.stream()
        .sorted((a, b) -> Long.compare(a.visible(), b.visible()))
        .map(Committed::row)
        .toList();
  }

  private long skew() {
    return random.nextInt((int) (2 * MINUTE)) - MINUTE;
  }

  private RunRow created(RunRow row, long at) {
    return row.withOrigin(
            new RunOrigin(any(WORDS), any(WORDS), Instant.ofEpochMilli(at), "file:/a"))
        .withStatus(StatusChange.running(at))
        .withName(Stamp.of(at, any(WORDS)))
        .withLeaseUntil(Instant.ofEpochMilli(at + MINUTE))
        .withParams(some(() -> Stamp.of(at, any(WORDS))));
  }

  private RunRow byOwner(RunRow row, long at) {
    RunRow changed =
        row.withParams(some(() -> Stamp.of(at, any(WORDS))))
            .withTags(some(() -> Stamp.of(at, any(WORDS))))
            .withMetrics(
                some(
                    () ->
                        new MetricValue(
                            random.nextInt(3) - 1, at - random.nextInt(3), any(DOUBLES))))
            .withInputs(inputs(at))
            .withLeaseUntil(Instant.ofEpochMilli(at + MINUTE));
    long epoch = random.nextInt(3) / 2;
    return switch (random.nextInt(4)) {
      case 0 -> changed.withStatus(status(epoch, StatusChange.RANK_OWNER, at, RunStatus.FINISHED));
      case 1 -> changed.withStatus(status(1, StatusChange.RANK_RUNNING, at, RunStatus.RUNNING));
      default -> changed;
    };
  }

  private RunRow byOther(RunRow row, long at) {
    RunRow changed = row.withTags(some(() -> new Stamp(at, maybe(any(WORDS)))));
    return switch (random.nextInt(5)) {
      case 0 -> changed.withName(new Stamp(at, maybe(any(WORDS))));
      case 1 -> changed.withLifecycle(Stamp.of(at, random.nextBoolean() ? "deleted" : "active"));
      case 2 ->
          changed.withStatus(
              status(random.nextInt(2), StatusChange.RANK_REAPER, at, RunStatus.KILLED));
      case 3 -> changed.withMetrics(some(() -> new MetricValue(0, at, any(DOUBLES))));
      default -> changed;
    };
  }

  private StatusChange status(long epoch, int rank, long at, RunStatus status) {
    Optional<Instant> end =
        rank == StatusChange.RANK_RUNNING
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(at));
    return new StatusChange(epoch, rank, at, status, end, maybe(any(WORDS)));
  }

  private Map<String, RunInput> inputs(long at) {
    Map<String, RunInput> inputs = new HashMap<>();
    if (random.nextInt(3) == 0) {
      DatasetRef dataset =
          new DatasetRef(
              "delta",
              any(KEYS),
              maybe("3"),
              Optional.of("train"),
              maybe(any(WORDS)),
              Optional.empty());
      inputs.put(dataset.key(), new RunInput(at, dataset));
    }
    return inputs;
  }

  private <V> Map<String, V> some(java.util.function.Supplier<V> value) {
    Map<String, V> values = new HashMap<>();
    for (String key : KEYS) {
      if (random.nextInt(3) == 0) {
        values.put(key, value.get());
      }
    }
    return values;
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private <T> Optional<T> maybe(T value) {
    return random.nextInt(3) > 0 ? Optional.of(value) : Optional.empty();
  }

  /**
   * What a table holds of a run.
   *
   * @param settled the one settled row, if the run was settled
   * @param changes the rows beside it, in the order of the log
   */
  public record Delivered(Optional<RunRow> settled, List<RunRow> changes) {
    /** All rows, the settled one first. */
    public List<RunRow> rows() {
      return Stream.concat(settled.stream(), changes.stream()).toList();
    }
  }

  /**
   * One way in which the rows of a run reach the table: in another order, some twice, and settled
   * up to three times at any points, the row being the fold of what was there by then.
   *
   * @param fold of a settling
   */
  public Delivered delivered(List<RunRow> rows, Function<List<RunRow>, RunRow> fold) {
    List<RunRow> log = new ArrayList<>(rows);
    if (random.nextBoolean()) {
      Collections.shuffle(log, random);
    }
    for (int again = random.nextInt(4); again > 0; again--) {
      log.add(random.nextInt(log.size() + 1), log.get(random.nextInt(log.size())));
    }
    Optional<RunRow> settled = Optional.empty();
    for (int times = random.nextInt(4); times > 0 && !log.isEmpty(); times--) {
      int cut = random.nextInt(log.size() + 1);
      List<RunRow> there = Stream.concat(settled.stream(), log.subList(0, cut).stream()).toList();
      settled = there.isEmpty() ? settled : Optional.of(fold.apply(there));
      log = new ArrayList<>(log.subList(cut, log.size()));
    }
    return new Delivered(settled, log);
  }

  /** The same row, of a run of another id. */
  public static RunRow of(RunRow row, RunId id) {
    return new RunRow(
        id,
        row.experimentId(),
        row.origin(),
        row.status(),
        row.name(),
        row.lifecycle(),
        row.leaseUntil(),
        row.params(),
        row.tags(),
        row.metrics(),
        row.inputs());
  }
}
