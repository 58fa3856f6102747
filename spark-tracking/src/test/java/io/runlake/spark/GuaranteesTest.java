package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.LiveRuns;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import thirdparty.TheirPipeline;

/**
 * What every sense that hears of fits guarantees to whoever fits: the ten that MLflow's autologging
 * is tested for, as one contract for the wrapper, the listener and the weaver.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuaranteesTest {
  /** How a fit is heard of. */
  enum Sense {
    WRAPPER,
    LISTENER,
    WEAVER
  }

  /** What the store does. */
  enum World {
    HEALTHY,
    NO_START,
    NO_FACTS
  }

  @TempDir static Path temp;
  private AutologFixture fixture;
  private SparkContext context;
  private FaultyStore store;
  private PipelineEvents events;

  static Stream<Arguments> sensesAndWorlds() {
    return Stream.of(Sense.values())
        .flatMap(sense -> Stream.of(World.values()).map(world -> Arguments.of(sense, world)));
  }

  static Stream<Arguments> sensesAndThrowables() {
    return Stream.of(Sense.values())
        .flatMap(
            sense ->
                Stream.of(
                        new IllegalStateException("theirs"),
                        new NoClassDefFoundError("theirs"),
                        new InterruptedException("theirs"))
                    .map(thrown -> Arguments.of(sense, thrown)));
  }

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
    FitDispatcher.replaceHook(null);
  }

  /** The eighth guarantee, of every test here: no run, token or property is left. */
  @AfterEach
  void nothingLeaks() {
    store.heals();
    Fault.endHangs();
    AutologFixture.settle();
    TrackingTarget.closeAll();
    if (events != null) {
      context.removeSparkListener(events);
      events = null;
    }
    FitDispatcher.replaceHook(null);
    Guard.reset();
    assertThat(LiveRuns.current()).isEmpty();
    assertThat(OwnFitRun.live()).isZero();
    assertThat(FitTokens.live()).isZero();
    assertThat(context.getLocalProperty(SparkProperties.FIT_TOKEN)).isNull();
    assertThat(context.getLocalProperty(SparkProperties.RUN_ID)).isNull();
    assertThat(context.getLocalProperty(SparkProperties.OWN_WORK)).isNull();
  }

  @ParameterizedTest
  @MethodSource("sensesAndWorlds")
  void theFitIsCalledOnceWithItsOwnDataAndItsResultComesBack(Sense sense, World world)
      throws Exception {
    start(sense);
    breaks(world);
    TheirPipeline theirs = theirs();
    String params = theirs.explainParams();
    PipelineModel model = fit(sense, theirs);
    assertThat(theirs.fitted).hasSize(1).first().isSameAs(fixture.data);
    assertThat(model).isSameAs(theirs.made);
    assertThat(theirs.explainParams()).isEqualTo(params);
    if (world == World.HEALTHY) {
      assertThat(onlyRun().status()).isEqualTo(RunStatus.FINISHED);
    }
  }

  @ParameterizedTest
  @MethodSource("sensesAndThrowables")
  void whatTheFitThrowsComesThroughAsTheSameObjectAndFailsItsRun(Sense sense, Throwable theirs)
      throws Exception {
    start(sense);
    TheirPipeline pipeline = theirs().throwing(theirs);
    assertThat(catchThrowable(() -> fit(sense, pipeline))).isSameAs(theirs);
    assertThat(pipeline.fitted).hasSize(1);
    // Spark's event comes from inside of their fit, which was fine until then.
    RunStatus status = sense == Sense.LISTENER ? RunStatus.FINISHED : RunStatus.FAILED;
    assertThat(onlyRun().status()).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(Sense.class)
  void whatTheFitThrowsComesThroughWhereOursIsBrokenToo(Sense sense) throws Exception {
    start(sense);
    breaks(World.NO_START);
    IllegalStateException theirs = new IllegalStateException("theirs");
    TheirPipeline pipeline = theirs().throwing(theirs);
    assertThat(catchThrowable(() -> fit(sense, pipeline))).isSameAs(theirs);
    assertThat(theirs.getSuppressed()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Sense.class)
  void aFitThatIsInterruptedFailsItsRunAndStaysInterrupted(Sense sense) throws Exception {
    start(sense);
    Pipeline interrupted =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  AutologFixture.assembler(), new InterruptedStage(), AutologFixture.regression()
                });
    Throwable thrown = catchThrowable(() -> fit(sense, interrupted));
    assertThat(thrown).hasMessageContaining("stopped by its user");
    assertThat(Thread.interrupted()).isTrue();
    if (sense == Sense.LISTENER) {
      // There is no event of a fit that throws: its run ends with the application.
      Attachment.end(Duration.ofSeconds(10));
      assertThat(onlyRun().status()).isEqualTo(RunStatus.KILLED);
    } else {
      assertThat(onlyRun().status()).isEqualTo(RunStatus.FAILED);
    }
  }

  @ParameterizedTest
  @EnumSource(Sense.class)
  void ourErrorsAreOneWarning(Sense sense) throws Exception {
    start(sense);
    breaks(World.NO_START);
    try (Complaints complaints = new Complaints()) {
      fit(sense, theirs());
      fit(sense, theirs());
      AutologFixture.settle();
      assertThat(complaints.lines()).singleElement().asString().contains("on purpose");
    }
    assertThat(Guard.failures()).isEqualTo(2);
  }

  /** Only who calls Runlake gets its errors, and only who asks for it. */
  @ParameterizedTest
  @EnumSource(
      value = Sense.class,
      names = {"WRAPPER", "WEAVER"})
  void inStrictModeOurErrorsAreThrownAtWhoCallsUs(Sense sense) throws Exception {
    start(sense);
    set(AutologSetting.STRICT, "true");
    TheirPipeline theirs = theirs();
    Throwable thrown =
        catchThrowable(
            () ->
                inUsersRun(
                    () -> {
                      store.breaks(FaultyStore.Verb.APPEND, Fault.HANG::strike);
                      return fit(sense, theirs);
                    }));
    assertThat(theirs.fitted).hasSize(sense == Sense.WRAPPER ? 0 : 1);
    if (sense == Sense.WRAPPER) {
      assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessageContaining("Runlake");
    } else {
      assertThat(thrown).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Sense.class,
      names = {"WRAPPER", "WEAVER"})
  void aRunOfTheUsersIsNotEndedByUs(Sense sense) throws Exception {
    start(sense);
    for (Throwable thrown : new Throwable[] {null, new IllegalStateException("theirs")}) {
      RunStatus[] after = new RunStatus[1];
      Throwable seen =
          catchThrowable(
              () ->
                  inUsersRun(
                      () -> {
                        Throwable inside =
                            catchThrowable(() -> fit(sense, theirs().throwing(thrown)));
                        assertThat(inside).isSameAs(thrown);
                        after[0] = latest().status();
                        return null;
                      }));
      assertThat(seen).isNull();
      assertThat(after[0]).isEqualTo(RunStatus.RUNNING);
    }
  }

  @ParameterizedTest
  @EnumSource(Sense.class)
  void whatIsWovenOrWrappedKeepsItsTypeAndItsMembers(Sense sense) throws Exception {
    start(sense);
    PipelineModel model = fit(sense, theirs());
    assertThat(model.getClass()).isEqualTo(PipelineModel.class);
    var onDisk =
        TypePool.Default.of(ClassFileLocator.ForClassLoader.of(Pipeline.class.getClassLoader()))
            .describe(Pipeline.class.getName())
            .resolve();
    assertThat(Arrays.stream(Pipeline.class.getDeclaredMethods()).map(m -> m.getName()))
        .containsExactlyInAnyOrderElementsOf(
            onDisk.getDeclaredMethods().stream()
                .filter(method -> method.isMethod())
                .map(method -> method.getName())
                .toList());
    TheirPipeline theirs = theirs();
    TrackedEstimator<PipelineModel> tracked = new TrackedEstimator<>(theirs);
    assertThat(tracked.uid()).isEqualTo(theirs.uid());
    assertThat(tracked.transformSchema(fixture.data.schema()))
        .isEqualTo(theirs.transformSchema(fixture.data.schema()));
  }

  @ParameterizedTest
  @EnumSource(Sense.class)
  void disabledMeansThatNothingIsLogged(Sense sense) throws Exception {
    start(sense);
    Autolog.disable(fixture.spark);
    TheirPipeline theirs = theirs();
    assertThat(fit(sense, theirs)).isSameAs(theirs.made);
    AutologFixture.settle();
    assertThat(store.exists()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Sense.class)
  void fitsInsideOfAFitAreNotLoggedTwice(Sense sense) throws Exception {
    start(sense);
    Pipeline nested = new Pipeline().setStages(new PipelineStage[] {theirs()});
    fit(sense, nested);
    assertThat(onlyRun().tags()).containsEntry("estimator_name", "Pipeline");
  }

  /** Many at once, with everything of ours broken: nobody hears of it but for one line. */
  @ParameterizedTest
  @EnumSource(Sense.class)
  void manyFitsAtOnceBesideABrokenStoreAreStillOneWarning(Sense sense) throws Exception {
    start(sense);
    breaks(World.NO_FACTS);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try (Complaints complaints = new Complaints()) {
      List<Callable<PipelineModel>> fits = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        TheirPipeline theirs = theirs();
        fits.add(
            () -> {
              assertThat(heard(sense, theirs)).isSameAs(theirs.made);
              return theirs.made;
            });
      }
      for (Future<PipelineModel> fit : pool.invokeAll(fits)) {
        assertThat(fit.get()).isNotNull();
      }
      SparkCompat.call(context.listenerBus(), "waitUntilEmpty");
      AutologFixture.settle();
      assertThat(complaints.lines()).hasSize(1);
    } finally {
      pool.shutdown();
    }
  }

  private static TheirPipeline theirs() {
    return new TheirPipeline(AutologFixture.assembler(), AutologFixture.regression());
  }

  private void start(Sense sense) throws Exception {
    switch (sense) {
      case WRAPPER -> fixture.spark.conf().unset(AutologSetting.ENABLED.key());
      case LISTENER -> {
        set(AutologSetting.ENABLED, "true");
        events = new PipelineEvents();
        context.addSparkListener(events);
      }
      case WEAVER -> Autolog.enable(fixture.spark);
    }
  }

  private void breaks(World world) {
    switch (world) {
      case HEALTHY -> store.heals();
      case NO_START -> store.breaks(FaultyStore.Verb.EXPERIMENTS, Fault.NO_CLASS::strike);
      case NO_FACTS -> store.breaks(FaultyStore.Verb.APPEND, Fault.NO_CLASS::strike);
    }
  }

  /** Fits, and returns when all has been heard of it. */
  private PipelineModel fit(Sense sense, Pipeline theirs) {
    try {
      return heard(sense, theirs);
    } finally {
      boolean interrupted = Thread.interrupted();
      SparkCompat.call(context.listenerBus(), "waitUntilEmpty");
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private PipelineModel heard(Sense sense, Pipeline theirs) {
    return sense == Sense.WRAPPER ? Autolog.fit(theirs, fixture.data) : theirs.fit(fixture.data);
  }

  private <T> T inUsersRun(Callable<T> work) throws Exception {
    try (Runlake users =
        Runlake.over(
            store, RunlakeOptions.defaults().withFlushAt(1).withFlushEvery(Duration.ofHours(1)))) {
      ActiveRun run = users.startRun("users");
      try {
        return work.call();
      } finally {
        store.heals();
        Fault.endHangs();
        run.endRun();
      }
    }
  }

  private Run latest() {
    try (Runlake fresh = Runlake.over(store)) {
      return fresh.searchRuns(RunQuery.all()).runs().get(0);
    }
  }

  private Run onlyRun() {
    AutologFixture.settle();
    try (Runlake fresh = Runlake.over(store)) {
      List<Run> runs = fresh.searchRuns(RunQuery.all()).runs();
      assertThat(runs).hasSize(1);
      return runs.get(0);
    }
  }

  private void set(AutologSetting setting, String value) {
    fixture.spark.conf().set(setting.key(), value);
  }
}
