package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.LiveRuns;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A session with some data, and for each test a store that it breaks; nothing is left after it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnFaultyStore {
  @TempDir static Path temp;
  AutologFixture fixture;
  SparkContext context;
  FaultyStore store;
  private PipelineEvents events;

  @BeforeAll
  void session() {
    fixture = new AutologFixture(temp.resolve("unused"));
    context = fixture.spark.sparkContext();
    fixture.data.cache().count();
  }

  @AfterAll
  void forget() {
    fixture.data.unpersist();
  }

  @BeforeEach
  void cleanSlate() {
    Guard.reset();
    String name = UUID.randomUUID().toString();
    store = FaultyStoreProvider.store(name);
    set(AutologSetting.TRACKING_URI, "faulty:" + name);
    set(AutologSetting.MODELS, "false");
    set(AutologSetting.STRICT, "false");
    set(AutologSetting.ENABLED, "false");
    set(AutologSetting.EXCLUSIVE, "false");
    FitDispatcher.replaceHook(null);
  }

  @AfterEach
  void nothingIsLeft() {
    Fault.endHangs();
    store.heals();
    Attachment.byPlugin(null);
    FitDispatcher.replaceHook(null);
    AutologFixture.awaitNoneLeft();
    AutologFixture.settle();
    TrackingTarget.closeAll();
    if (events != null) {
      context.removeSparkListener(events);
      events = null;
    }
    Guard.reset();
    assertThat(LiveRuns.current()).isEmpty();
    assertThat(OwnFitRun.live()).isZero();
    assertThat(FitTokens.live()).isZero();
    assertThat(context.getLocalProperty(SparkProperties.FIT_TOKEN)).isNull();
    assertThat(context.getLocalProperty(SparkProperties.RUN_ID)).isNull();
    assertThat(context.getLocalProperty(SparkProperties.OWN_WORK)).isNull();
  }

  void set(AutologSetting setting, String value) {
    fixture.spark.conf().set(setting.key(), value);
  }

  /** From now on fits are heard of by Spark's events, until the end of the test. */
  void listen() {
    set(AutologSetting.ENABLED, "true");
    events = new PipelineEvents();
    context.addSparkListener(events);
  }

  /** Does something in a run of the user's, whose facts are written on the user's own thread. */
  <T> T inUsersRun(Callable<T> work) throws Exception {
    RunlakeOptions atOnce =
        RunlakeOptions.defaults().withFlushAt(1).withFlushEvery(Duration.ofHours(1));
    try (Runlake users = Runlake.over(store, atOnce)) {
      ActiveRun run = users.startRun("users");
      run.flush();
      try {
        return work.call();
      } finally {
        store.heals();
        Fault.endHangs();
        run.endRun();
        assertThat(users.getRun(run.id()).orElseThrow().status()).isEqualTo(RunStatus.FINISHED);
      }
    }
  }

  /** As they are in the store, the latest first. */
  List<Run> runs() {
    try (Runlake fresh = Runlake.over(store)) {
      return fresh.searchRuns(RunQuery.all()).runs();
    }
  }
}
