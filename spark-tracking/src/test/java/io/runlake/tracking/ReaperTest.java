package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.StatusChange;
import io.runlake.store.StoreOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose program died are ended, and no others. */
@Timeout(300)
class ReaperTest {
  private static final int DRIVERS = 10;
  private static final Duration LEASE = Duration.ofSeconds(9);
  private static final Duration MARGIN = Duration.ofSeconds(9);

  @TempDir Path folder;

  private String uri() {
    return "delta:" + folder.resolve("root");
  }

  private static RunlakeOptions lease(Duration lease) {
    return RunlakeOptions.defaults().withLease(lease).withFlushEvery(Duration.ofMillis(200));
  }

  private Runlake open(Duration lease) {
    return Runlake.open(uri(), StoreOptions.defaults(), lease(lease));
  }

  /** A reaper whose clock is ahead. */
  private static Reaper ahead(Runlake runlake, Duration by) {
    return ahead(runlake, Clock.systemUTC(), by);
  }

  private static Reaper ahead(Runlake runlake, Clock clock, Duration by) {
    return Reaper.over(runlake.store()).withClock(Clock.offset(clock, by));
  }

  private Process driver(String name) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DyingDriver.class.getName(),
            uri(),
            name,
            Long.toString(LEASE.toMillis()))
        .redirectError(folder.resolve(name + ".log").toFile())
        .start();
  }

  private static void awaitReady(Process child) throws Exception {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.equals("ready")) {
      line = out.readLine();
    }
    assertThat(line).as("the child came to its end").isEqualTo("ready");
  }

  @Test
  @Tag("slow")
  void tenKilledDriversAreFoundWithinLeaseAndOnePassAndALiveOneIsNot() throws Exception {
    List<Process> drivers = new ArrayList<>();
    try (Runlake runlake = open(LEASE)) {
      // Live, and so slow that it says nothing but that it lives.
      ActiveRun slow = runlake.startRun(RunSpec.of("training").withName("slow"));
      slow.flush();
      for (int i = 0; i < DRIVERS; i++) {
        drivers.add(driver("driver-" + i));
      }
      for (Process driver : drivers) {
        awaitReady(driver);
      }
      Reaper reaper = Reaper.over(runlake.store()).withMargin(MARGIN);
      assertThat(reaper.find()).as("all live").isEmpty();
      drivers.forEach(Process::destroyForcibly);
      for (Process driver : drivers) {
        assertThat(driver.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }
      Instant killed = Instant.now();
      Set<RunId> reaped = new HashSet<>();
      CountDownLatch never = new CountDownLatch(1);
      while (reaped.size() < DRIVERS && Instant.now().isBefore(killed.plusSeconds(120))) {
        reaper.reap().forEach(dead -> assertThat(reaped.add(dead.id())).as("once each").isTrue());
        never.await(100, TimeUnit.MILLISECONDS);
      }
      assertThat(Instant.now()).isBefore(killed.plus(LEASE).plus(MARGIN).plusSeconds(30));
      Map<String, Run> runs = runs(runlake);
      assertThat(runs).hasSize(DRIVERS + 1);
      for (int i = 0; i < DRIVERS; i++) {
        Run run = runs.get("driver-" + i);
        assertThat(run.status()).isEqualTo(RunStatus.KILLED);
        assertThat(run.info().statusMessage().orElseThrow()).contains("did not renew its lease");
        assertThat(run.info().endTime().orElseThrow()).isBefore(killed.plus(LEASE).plusSeconds(1));
        assertThat(run.metric("m")).contains(1.0);
      }
      assertThat(runs.get("slow").status()).isEqualTo(RunStatus.RUNNING);
      assertThat(reaper.reap()).as("a second pass finds nothing").isEmpty();
      slow.endRun();
    } finally {
      drivers.forEach(Process::destroyForcibly);
    }
  }

  private static Map<String, Run> runs(Runlake runlake) {
    Map<String, Run> runs = new TreeMap<>();
    runlake.searchRuns(RunQuery.all()).runs().forEach(run -> runs.put(run.name(), run));
    return runs;
  }

  @Test
  void clocksThatDifferByFiveMinutesKillNoLiveRun() {
    Clock stands = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    try (Runlake runlake = Runlake.open(uri(), StoreOptions.defaults().withClock(stands))) {
      ActiveRun run = runlake.startRun("training");
      run.flush();
      // The worst case: renewal is due every third of a lease of ten minutes.
      Duration sinceRenewal = Duration.ofMinutes(10).dividedBy(3);
      assertThat(ahead(runlake, stands, sinceRenewal.plus(Reaper.MARGIN)).reap()).isEmpty();
      assertThat(ahead(runlake, stands, Duration.ofMinutes(15).minusSeconds(10)).reap()).isEmpty();
      assertThat(ahead(runlake, stands, Duration.ofMinutes(15).plusSeconds(10)).find())
          .extracting(Reaper.DeadRun::id)
          .containsExactly(run.id());
      assertThat(runlake.getRun(run.id()).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
      run.endRun();
      assertThat(ahead(runlake, stands, Duration.ofDays(9)).reap()).as("it has ended").isEmpty();
    }
  }

  @Test
  void theOwnersEndWinsWhicheverComesFirst() throws Exception {
    try (Runlake owner = open(Duration.ofMinutes(10))) {
      ActiveRun before = owner.startRun(RunSpec.of("training").withName("before"));
      before.flush();
      before.endRun();
      assertThat(ahead(owner, Duration.ofHours(1)).reap()).isEmpty();
      ActiveRun after = owner.startRun(RunSpec.of("training").withName("after"));
      after.flush();
      assertThat(ahead(owner, Duration.ofHours(1)).reap()).hasSize(1);
      assertThat(owner.getRun(after.id()).orElseThrow().status()).isEqualTo(RunStatus.KILLED);
      after.logMetric("late", 1);
      after.endRun();
      for (ActiveRun run : List.of(before, after)) {
        Run ended = owner.getRun(run.id()).orElseThrow();
        assertThat(ended.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(ended.info().statusMessage()).isEmpty();
      }
      for (int round = 0; round < 20; round++) {
        ActiveRun run = owner.startRun("race");
        run.flush();
        CyclicBarrier start = new CyclicBarrier(2);
        CompletableFuture<Void> reaping =
            CompletableFuture.runAsync(
                () -> {
                  meet(start);
                  ahead(owner, Duration.ofHours(1)).reap();
                });
        meet(start);
        run.endRun();
        reaping.join();
        assertThat(owner.getRun(run.id()).orElseThrow().status()).isEqualTo(RunStatus.FINISHED);
      }
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void reapersAtOnceSayTheSame() {
    try (Runlake runlake = open(Duration.ofMinutes(10))) {
      Set<RunId> ids = new HashSet<>();
      for (int i = 0; i < 5; i++) {
        ids.add(runlake.startRun("training").id());
      }
      runlake.flush();
      CyclicBarrier start = new CyclicBarrier(4);
      List<CompletableFuture<List<Reaper.DeadRun>>> passes = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Duration by = Duration.ofHours(1).plusSeconds(i);
        passes.add(
            CompletableFuture.supplyAsync(
                () -> {
                  meet(start);
                  return ahead(runlake, by).reap();
                },
                task -> new Thread(task).start()));
      }
      passes.forEach(pass -> assertThat(pass.join()).hasSizeLessThanOrEqualTo(ids.size()));
      Set<StatusChange> said = new HashSet<>();
      for (RunId id : ids) {
        RunRow row = runlake.store().runs().find(id).orElseThrow();
        StatusChange status = row.status().orElseThrow();
        assertThat(status.status()).isEqualTo(RunStatus.KILLED);
        assertThat(status.rank()).isEqualTo(StatusChange.RANK_REAPER);
        said.add(status);
        // A third opinion changes nothing: the end is a function of the run.
        runlake
            .store()
            .runs()
            .append(
                new RunBatch(
                    List.of(), List.of(RunRow.of(id, row.experimentId()).withStatus(status))))
            .join();
        assertThat(runlake.store().runs().find(id).orElseThrow().status()).contains(status);
      }
      assertThat(ahead(runlake, Duration.ofHours(2)).reap()).isEmpty();
    }
  }

  @Test
  void runsWithoutALeaseAreLeftAlone() {
    try (Runlake runlake = Runlake.open(uri())) {
      Experiment experiment = runlake.experiment("foreign");
      RunId id = new RunId("from-another-system");
      runlake
          .store()
          .runs()
          .append(
              new RunBatch(
                  List.of(),
                  List.of(RunRow.of(id, experiment.id()).withStatus(StatusChange.running(1)))))
          .join();
      assertThat(ahead(runlake, Duration.ofDays(99)).reap()).isEmpty();
    }
  }

  @Test
  void aDeadRunIsResumedAndItsFormerOwnerNoLongerEndsIt() {
    try (Runlake first = open(Duration.ofMinutes(10))) {
      ActiveRun run = first.startRun("training");
      run.logParam("depth", 5);
      run.logMetric("m", 1, 1);
      run.flush();
      assertThatThrownBy(() -> first.resumeRun(run.id()))
          .isInstanceOfSatisfying(
              TrackingException.class,
              e -> assertThat(e.errorCode()).isEqualTo(ErrorCode.INVALID_STATE));
      ahead(first, Duration.ofHours(1)).reap();
      run.endRun();
      try (Runlake second = open(Duration.ofMinutes(10));
          ActiveRun resumed = second.resumeRun(run.id())) {
        resumed.flush();
        assertThat(second.getRun(run.id()).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
        assertThat(second.getRun(run.id()).orElseThrow().info().endTime()).isEmpty();
        // What the first life still says arrives late and loses.
        RunRow late = second.store().runs().find(run.id()).orElseThrow();
        second
            .store()
            .runs()
            .append(
                new RunBatch(
                    List.of(),
                    List.of(
                        RunRow.of(run.id(), late.experimentId())
                            .withStatus(
                                new StatusChange(
                                    0,
                                    StatusChange.RANK_OWNER,
                                    Long.MAX_VALUE / 2,
                                    RunStatus.FAILED,
                                    java.util.Optional.empty(),
                                    java.util.Optional.empty())))))
            .join();
        assertThat(second.getRun(run.id()).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
        resumed.logParam("depth", 5);
        assertThatThrownBy(() -> resumed.logParam("depth", 6)).hasMessageContaining("depth");
        resumed.logMetric("m", 2, 2);
        resumed.endRun();
        Run ended = second.getRun(run.id()).orElseThrow();
        assertThat(ended.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(ended.metric("m")).contains(2.0);
        assertThatThrownBy(() -> second.resumeRun(new RunId("nobody")))
            .isInstanceOfSatisfying(
                TrackingException.class,
                e -> assertThat(e.errorCode()).isEqualTo(ErrorCode.RESOURCE_DOES_NOT_EXIST));
        second.edit(run.id()).delete();
        assertThatThrownBy(() -> second.resumeRun(run.id())).hasMessageContaining("deleted");
      }
    }
  }
}
