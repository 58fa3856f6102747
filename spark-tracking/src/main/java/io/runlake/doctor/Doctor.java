package io.runlake.doctor;

import io.runlake.store.Checkup;
import io.runlake.store.Finding;
import io.runlake.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Checks every invariant of a store and says what breaks it, where, and how to mend it. Other
 * processes may write meanwhile. Immutable.
 */
public final class Doctor {
  private final Clock clock;
  private final Duration skew;
  private final boolean deep;
  private final Consumer<String> progress;

  private Doctor(Clock clock, Duration skew, boolean deep, Consumer<String> progress) {
    this.clock = clock;
    this.skew = skew;
    this.deep = deep;
    this.progress = progress;
  }

  /** With the system's clock, clocks of writers up to five minutes apart, models by digest. */
  public static Doctor standard() {
    return new Doctor(Clock.systemUTC(), Checkup.DEFAULT_SKEW, false, word -> {});
  }

  /** What {@link #standard} finds, violations first. */
  public static List<Finding> check(Store store) {
    return standard().examine(store);
  }

  public Doctor withClock(Clock value) {
    return new Doctor(value, skew, deep, progress);
  }

  /** Reads every file of every model version, instead of its manifest. */
  public Doctor deep() {
    return new Doctor(clock, skew, true, progress);
  }

  /** Tells what is being examined, for people who wait. */
  public Doctor withProgress(Consumer<String> value) {
    return new Doctor(clock, skew, deep, value);
  }

  /**
   * Examines a store.
   *
   * @return the findings, violations first; of one kind and table the first fifty and how many more
   *     there are
   */
  public List<Finding> examine(Store store) {
    Findings findings = new Findings();
    Checkup checkup = new Checkup(clock.instant(), skew, findings::add, progress);
    store.care().check(checkup);
    progress.accept("experiments and registry");
    StateCheck states = new StateCheck(store, checkup);
    states.run();
    new ModelCheck(checkup, deep).run(states.liveVersions());
    new ArtifactCheck(store, checkup).run();
    return findings.sorted();
  }
}
