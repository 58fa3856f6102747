package io.runlake.tracking;

import io.runlake.errors.TrackingException;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStatus;
import io.runlake.store.StatusChange;
import io.runlake.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Ends the runs of programs that died. A live program renews the lease of its runs; a run whose
 * lease ended longer ago than clocks may differ becomes KILLED, with the reason.
 *
 * <p>What it writes is of a lower rank than the owner's own end, so a program that was only slow,
 * and ends its run later, is believed. The row is a pure function of the run, so any number of
 * reapers at once write the same. Runs without a lease, as other systems write them, are left
 * alone. Immutable and thread-safe.
 */
public final class Reaper {
  /** By how much the clocks of two machines may differ before a live run is taken for dead. */
  public static final Duration MARGIN = Duration.ofMinutes(5);

  private static final int BATCH = 1000;

  private final Store store;
  private final Clock clock;
  private final Duration margin;

  private Reaper(Store store, Clock clock, Duration margin) {
    this.store = store;
    this.clock = clock;
    this.margin = margin;
  }

  /** With the system's clock and {@link #MARGIN}. */
  public static Reaper over(Store store) {
    return new Reaper(store, Clock.systemUTC(), MARGIN);
  }

  public Reaper withClock(Clock value) {
    return new Reaper(store, value, margin);
  }

  /** For those who know that their clocks agree better, or worse. */
  public Reaper withMargin(Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException("margin must not be negative: " + value);
    }
    return new Reaper(store, clock, value);
  }

  /**
   * A run whose program died.
   *
   * @param leaseUntil until when its program said that it would live
   */
  public record DeadRun(RunId id, ExperimentId experimentId, Instant leaseUntil) {}

  /** The dead runs, the longest dead first; nothing is written. */
  public List<DeadRun> find() {
    return dead(RunScan.all()).stream()
        .map(row -> new DeadRun(row.runId(), row.experimentId(), row.leaseUntil().orElseThrow()))
        .toList();
  }

  /** Ends the dead runs; durable when this returns. */
  public List<DeadRun> reap() {
    return reap(RunScan.all());
  }

  /** Ends the dead runs of one experiment, which reads less. */
  public List<DeadRun> reap(ExperimentId experiment) {
    return reap(RunScan.of(Set.of(experiment)));
  }

  private List<DeadRun> reap(RunScan scan) {
    List<RunRow> dead = dead(scan);
    List<CompletableFuture<Void>> written = new ArrayList<>();
    for (int from = 0; from < dead.size(); from += BATCH) {
      List<RunRow> some = dead.subList(from, Math.min(dead.size(), from + BATCH));
      written.add(
          store.runs().append(new RunBatch(List.of(), some.stream().map(Reaper::end).toList())));
    }
    written.forEach(Outbox::await);
    return dead.stream()
        .map(row -> new DeadRun(row.runId(), row.experimentId(), row.leaseUntil().orElseThrow()))
        .toList();
  }

  private List<RunRow> dead(RunScan scan) {
    Instant before = clock.instant().minus(margin);
    List<RunRow> dead = new ArrayList<>();
    TrackingException.mapped(
        () ->
            store
                .runs()
                .scan(
                    scan.withParts(Set.of()),
                    row -> {
                      if (dead(row, before)) {
                        dead.add(row);
                      }
                    }));
    dead.sort(Comparator.comparing(row -> row.leaseUntil().orElseThrow()));
    return dead;
  }

  private static boolean dead(RunRow row, Instant before) {
    return row.status().filter(change -> !change.status().terminal()).isPresent()
        && row.leaseUntil().filter(until -> until.isBefore(before)).isPresent();
  }

  private static RunRow end(RunRow run) {
    StatusChange last = run.status().orElseThrow();
    Instant until = run.leaseUntil().orElseThrow();
    return RunRow.of(run.runId(), run.experimentId())
        .withStatus(
            new StatusChange(
                last.epoch(),
                StatusChange.RANK_REAPER,
                Math.max(last.at() + 1, until.toEpochMilli()),
                RunStatus.KILLED,
                Optional.of(until),
                Optional.of(
                    "The program of the run died, or could not reach the store: it did not renew"
                        + " its lease, which ended at "
                        + until
                        + ".")));
  }
}
