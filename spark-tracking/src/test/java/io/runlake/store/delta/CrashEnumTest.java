package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.doctor.Doctor;
import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelException;
import io.runlake.store.Finding;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.store.delta.CrashStep.World;
import io.runlake.store.delta.FaultPoints.Effect;
import io.runlake.store.delta.FaultPoints.Operation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process dies before or after any operation on files while it does something to a store: the
 * store opens again, what must hold holds, what it was doing is done or not done, and doing it
 * again completes it.
 */
@Tag("slow")
@Timeout(600)
class CrashEnumTest {
  /** Whether every point is tried, also those which leave on the disk what another one leaves. */
  private static final boolean ALL = Boolean.getBoolean("runlake.crash.all");

  private static final int FAULT_EVERY = ALL ? 1 : 6;

  /** So many operations, with which a step looks what is there, are tried in every build. */
  private static final int FIRST_LOOKS = 4;

  @TempDir Path folder;

  private Path root;
  private Path model;

  /** What the user was told in the last pass, if anything. */
  private RuntimeException failure;

  /** Pauses by moving its own clock, so that trying again takes no time. */
  private static Retry instantRetry() {
    AtomicLong now = new AtomicLong();
    return new Retry(
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        now::get,
        millis -> now.addAndGet(Duration.ofMillis(millis).toNanos()));
  }

  /** A process of its own, as far as the store can tell. */
  private Store process() {
    return new DeltaStore(
        DeltaRoot.alone(
            "file:" + root,
            new LocalFileIO(Map.of("parquet.compression", "SNAPPY")),
            instantRetry()));
  }

  private Store open() {
    return Stores.open("delta:" + root, StoreOptions.defaults());
  }

  private void prepare(CrashStep step) throws IOException {
    root = folder.resolve("root");
    model = CommitScript.model(folder);
    try (Store store = process()) {
      step.prepare(store, model);
    }
    if (Files.exists(root)) {
      copy(root, folder.resolve("before"));
    }
  }

  private void reset() throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    if (Files.exists(folder.resolve("before"))) {
      copy(folder.resolve("before"), root);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  /** Plays the step; says whether the user was told that it is done. */
  private boolean play(CrashStep step, FaultPoints points) throws IOException {
    reset();
    failure = null;
    Store store = process();
    World world = new World(store, model);
    step.begin(world);
    try (DiskTap tap = DiskTap.on(root, points)) {
      try {
        step.act(world);
      } catch (RuntimeException e) {
        failure = e;
      }
      closeQuietly(world::close);
      closeQuietly(store::close);
    }
    return failure == null;
  }

  private static void closeQuietly(Runnable close) {
    try {
      close.run();
    } catch (RuntimeException dead) {
      assertThat(dead).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource(CrashStep.class)
  void whereverTheProcessDiesTheStoreIsWhole(CrashStep step) throws IOException {
    prepare(step);
    FaultPoints calm = FaultPoints.none();
    assertThat(play(step, calm)).isTrue();
    int done = 0;
    int notDone = 0;
    List<Operation> operations = calm.operations();
    long beside = operations.stream().filter(Operation::housekeeping).count();
    assertThat(operations.stream().filter(at -> at.changes() && !at.housekeeping()))
        .hasSizeGreaterThan(5);
    for (Operation operation : operations) {
      for (Effect effect : deaths(operation)) {
        FaultPoints points = FaultPoints.at(operation.number(), effect);
        boolean acknowledged = play(step, points);
        String where = step + ": " + effect + " " + operation;
        // Whatever else goes on beside the step, at least its own operations are counted.
        if (operation.number() < operations.size() - beside) {
          assertThat(points.struck()).as(where).isPresent();
        }
        if (check(step, where, acknowledged)) {
          done++;
        } else {
          notDone++;
        }
      }
    }
    System.out.println(
        "CrashEnum: "
            + step
            + ": "
            + operations.size()
            + " operations, "
            + (done + notDone)
            + " deaths, afterwards "
            + done
            + " times done and "
            + notDone
            + " times not");
    assertThat(notDone).isPositive();
    assertThat(done).isPositive();
  }

  /**
   * What was not yet done before an operation is what was done after the one before it, and what
   * only reads leaves nothing; so without {@link #ALL} the rest is left out.
   */
  private static List<Effect> deaths(Operation operation) {
    if (ALL || operation.verb().equals("link") || operation.verb().equals("rename")) {
      return List.of(Effect.DIE_BEFORE, Effect.DIE_AFTER);
    }
    return operation.changes() ? List.of(Effect.DIE_BEFORE) : List.of();
  }

  private boolean check(CrashStep step, String where, boolean acknowledged) throws IOException {
    boolean done;
    try {
      StoreInvariants.check(root);
      try (Store store = open()) {
        assertThat(Doctor.check(store))
            .as("what the doctor finds")
            .noneMatch(finding -> finding.severity() == Finding.Severity.VIOLATION);
        done = step.done(store);
        assertThat(done || !acknowledged).as("acknowledged and not done: %s", where).isTrue();
        if (!done) {
          step.again(store, model);
          assertThat(step.done(store)).as("done again: %s", where).isTrue();
        }
      }
      if (!done) {
        StoreInvariants.check(root);
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(where + ": " + e.getMessage(), e);
    }
    return done;
  }

  /** One operation fails, or is done and fails, and the process lives on. */
  @ParameterizedTest
  @EnumSource(CrashStep.class)
  void whateverFailsOnceTheUserIsToldTheTruth(CrashStep step) throws IOException {
    prepare(step);
    FaultPoints calm = FaultPoints.none();
    assertThat(play(step, calm)).isTrue();
    List<String> refused = new ArrayList<>();
    int faults = 0;
    for (Operation operation : calm.operations()) {
      for (Effect effect : List.of(Effect.FAIL, Effect.LOSE_ANSWER)) {
        if (operation.number() > FIRST_LOOKS
            && (operation.number() + effect.ordinal()) % FAULT_EVERY != 0) {
          continue;
        }
        FaultPoints points = FaultPoints.at(operation.number(), effect);
        boolean acknowledged = play(step, points);
        String where = step + ": " + effect + " " + points.struck();
        check(step, where, acknowledged);
        faults++;
        if (!acknowledged) {
          refused.add(where + ": " + failure);
          Throwable told = failure instanceof CompletionException ? failure.getCause() : failure;
          assertThat(told)
              .as(where)
              .isInstanceOfAny(StoreException.class, TrackingException.class, ModelException.class)
              .hasMessageContaining("root");
        }
      }
    }
    System.out.println(
        "OneFault: " + step + ": " + faults + " faults, " + refused.size() + " told to the user");
    refused.forEach(System.out::println);
    // A file of a model is put once, and read once when it is registered.
    assertThat(refused).hasSizeLessThanOrEqualTo(step == CrashStep.REGISTER ? faults / 2 : 0);
  }

  /** The same with processes that truly end, at some of the points. */
  @ParameterizedTest
  @EnumSource(CrashStep.class)
  void aProcessThatHaltsLeavesTheStoreWhole(CrashStep step) throws Exception {
    prepare(step);
    FaultPoints calm = FaultPoints.none();
    assertThat(play(step, calm)).isTrue();
    List<Operation> changes = calm.operations().stream().filter(Operation::changes).toList();
    int halts = 0;
    int children = Integer.getInteger("runlake.halts", 2);
    for (int i = 1; i <= children; i++) {
      Operation at = changes.get(changes.size() * i / (children + 1));
      Effect effect = i % 2 == 0 ? Effect.HALT_BEFORE : Effect.HALT_AFTER;
      reset();
      Process child =
          ChildJvm.start(
              CrashChild.class,
              step.name(),
              root.toString(),
              model.toString(),
              "" + at.number(),
              effect.name());
      boolean acknowledged;
      try (BufferedReader output = StoreChild.output(child)) {
        acknowledged = StoreChild.read(output, Integer.MAX_VALUE).contains("lived");
      }
      halts += child.waitFor() == FaultPoints.HALTED ? 1 : 0;
      check(step, step + ": " + effect + " " + at, acknowledged);
    }
    assertThat(halts).isPositive();
  }
}
