package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.runlake.store.RunStatus;
import io.runlake.tracking.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.pool.TypePool;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import thirdparty.ConstantEstimator;
import thirdparty.TheirPipeline;

/**
 * What every sense that hears of fits guarantees to whoever fits: the ten that MLflow's autologging
 * is tested for, as one contract for the wrapper, the listener and the weaver. The eighth is that
 * of {@link OnFaultyStore}, after every test here: no run, token or property is left.
 */
@Tag("slow")
class GuaranteesTest extends OnFaultyStore {
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

  /** More than the errors that switch autologging off. */
  private static final int LATE = 4;

  private static final int MAPS = 20;

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
      assertThat(complaints.ofFaults()).singleElement().asString().contains("on purpose");
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
                        after[0] = runs().get(0).status();
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

  @ParameterizedTest
  @EnumSource(
      value = Sense.class,
      names = {"WRAPPER", "WEAVER"})
  void exclusiveLeavesTheRunsOfTheUserAlone(Sense sense) throws Exception {
    start(sense);
    set(AutologSetting.EXCLUSIVE, "true");
    TheirPipeline theirs = theirs();
    assertThat(inUsersRun(() -> fit(sense, theirs))).isSameAs(theirs.made);
    assertThat(onlyRun().params()).isEmpty();
    assertThat(onlyRun().tags()).doesNotContainKey("estimator_name");
  }

  @ParameterizedTest
  @EnumSource(
      value = Sense.class,
      names = {"WRAPPER", "WEAVER"})
  void aChildOfTheUsersRunIsLoggedAlsoIfTheUserIsFasterThanTheStore(Sense sense) throws Exception {
    start(sense);
    CountDownLatch slow = new CountDownLatch(1);
    inUsersRun(
        () -> {
          fit(sense, theirs());
          Backstage.next("a slow store", () -> awaits(slow));
          return fit(sense, theirs());
        });
    slow.countDown();
    AutologFixture.settle();
    assertThat(Guard.failures()).isZero();
    assertThat(runs().stream().filter(run -> run.parentId().isPresent()))
        .singleElement()
        .satisfies(child -> assertThat(child.status()).isEqualTo(RunStatus.FINISHED));
  }

  private static void awaits(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Slow is not broken: what nobody waits for any more is logged when it can be. */
  @ParameterizedTest
  @EnumSource(
      value = Sense.class,
      names = {"WRAPPER", "WEAVER"})
  void whatOnlyComesLateIsNotLostAndSwitchesNothingOff(Sense sense) throws Exception {
    start(sense);
    for (int i = 0; i < LATE; i++) {
      inUsersRun(
          () -> {
            store.breaks(FaultyStore.Verb.APPEND, Fault.HANG::strike);
            return fit(sense, theirs());
          });
    }
    AutologFixture.awaitNoneLeft();
    assertThat(Guard.failures()).isZero();
    assertThat(Guard.off()).isFalse();
    TrackingTarget.flushAll();
    assertThat(runs())
        .hasSize(LATE)
        .allSatisfy(
            run -> {
              assertThat(run.params()).containsEntry("LogisticRegression.maxIter", "5");
              assertThat(run.tags()).containsEntry("estimator_name", "TheirPipeline");
              assertThat(run.metrics()).containsKey("training_totalIterations");
            });
  }

  /** The children of a search in a user's run are written in its name, but not in its time. */
  @Test
  void aSearchInAUsersRunDoesNotWaitForAStoreThatHangs() throws Exception {
    ConstantEstimator constant = new ConstantEstimator();
    double[] values = new double[MAPS];
    Arrays.setAll(values, i -> i);
    CrossValidator search =
        new CrossValidator()
            .setEstimator(constant)
            .setEvaluator(new ConstantEstimator.ConstantEvaluator())
            .setEstimatorParamMaps(new ParamGridBuilder().addGrid(constant.value(), values).build())
            .setNumFolds(2);
    long began = System.nanoTime();
    search.fit(fixture.data);
    final Duration plain = Duration.ofNanos(System.nanoTime() - began);
    start(Sense.WEAVER);
    Duration took =
        inUsersRun(
            () -> {
              store.breaks(FaultyStore.Verb.APPEND, Fault.HANG::strike);
              long start = System.nanoTime();
              search.fit(fixture.data);
              final Duration fit = Duration.ofNanos(System.nanoTime() - start);
              store.heals();
              Fault.endHangs();
              AutologFixture.awaitNoneLeft();
              return fit;
            });
    assertThat(took).isLessThan(plain.multipliedBy(2).plus(FitScope.BUDGET).plusSeconds(5));
    AutologFixture.settle();
    assertThat(runs().stream().filter(run -> run.parentId().isPresent()))
        .hasSize(MAPS)
        .allSatisfy(child -> assertThat(child.status()).isEqualTo(RunStatus.FINISHED));
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
      assertThat(complaints.ofFaults()).hasSize(1);
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
      case LISTENER -> listen();
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

  private Run onlyRun() {
    AutologFixture.settle();
    List<Run> runs = runs();
    assertThat(runs).hasSize(1);
    return runs.get(0);
  }
}
