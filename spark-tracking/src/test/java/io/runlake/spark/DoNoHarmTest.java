package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.runlake.store.RunStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import thirdparty.TheirModel;

/**
 * Whatever breaks wherever code of ours runs near a user's fit, the fit is as it is without us: the
 * same model to the bit, in its time, on a SparkContext that lives on, with one warning.
 */
@Tag("slow")
class DoNoHarmTest extends OnFaultyStore {
  /** What a fit may take longer than without us. */
  private static final Duration EXTRA = FitScope.BUDGET;

  /** What the end of the application is given in a cell; the real end has more. */
  private static final Duration STOP = Duration.ofSeconds(4);

  /** For a machine that does other things as well: what hangs here hangs for ten minutes. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  /** Where code of ours runs. */
  enum Hook {
    LISTENER,
    PLUGIN,
    WRAPPER_BEFORE,
    WRAPPER_AFTER,
    WOVEN_ENTER,
    WOVEN_EXIT,
    WOVEN_EVALUATE,
    WOVEN_TRANSFORM,
    FLUSH,
    SHUTDOWN
  }

  private LogisticRegressionModel plain;
  private Duration plainTime;
  private double plainScore;
  private Duration plainScoreTime;

  static Stream<Arguments> cells() {
    return Stream.of(Hook.values())
        .flatMap(hook -> Stream.of(Fault.values()).map(fault -> Arguments.of(hook, fault)));
  }

  @BeforeAll
  void withoutUs() {
    FitDispatcher.replaceHook(null);
    PipelineModel model = pipeline(() -> {}).fit(fixture.data);
    score(model.transform(fixture.data));
    long began = System.nanoTime();
    plain = regression(pipeline(() -> {}).fit(fixture.data));
    plainTime = since(began);
    began = System.nanoTime();
    plainScore = score(model.transform(fixture.data));
    plainScoreTime = since(began);
    assertThat(plain.coefficients().toArray()).isNotEmpty().doesNotContain(0.0);
  }

  @ParameterizedTest(name = "{0} x {1}")
  @MethodSource("cells")
  void theFitIsAsWithoutUs(Hook hook, Fault fault) throws Exception {
    try (Complaints complaints = new Complaints()) {
      LogisticRegressionModel model = fit(hook, fault);
      assertThat(model.coefficients()).isEqualTo(plain.coefficients());
      assertThat(bits(model.coefficients())).isEqualTo(bits(plain.coefficients()));
      assertThat(Double.doubleToRawLongBits(model.intercept()))
          .isEqualTo(Double.doubleToRawLongBits(plain.intercept()));
      assertThat(Thread.interrupted()).as("an interrupt of ours in the user's thread").isFalse();

      long began = System.nanoTime();
      Attachment.end(STOP);
      assertThat(since(began)).isLessThan(STOP.plus(SLACK));
      assertThat(Thread.interrupted()).as("an interrupt of ours in the user's thread").isFalse();

      assertThat(context.isStopped()).isFalse();
      assertThat(fixture.spark.range(7).repartition(2).count()).isEqualTo(7);
      assertThat(complaints.lines()).hasSizeBetween(fault.isTold() ? 1 : 0, 2);
      assertThat(complaints.ofFaults()).hasSizeLessThanOrEqualTo(fault.isTold() ? 1 : 0);
    }
  }

  /** Where even the code around our hook is broken, the advice keeps it from the fit. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"HANG", "INTERRUPT_LEFT_SET"})
  void whatTheHookItselfThrowsStaysInTheAdvice(Fault fault) throws Exception {
    Weaver.install(DoNoHarmTest::probed);
    FitDispatcher.replaceHook(
        (estimator, data) -> {
          fault.strike();
          return null;
        });
    assertThat(regression(pipeline(() -> {}).fit(fixture.data)).coefficients())
        .isEqualTo(plain.coefficients());
    FitDispatcher.replaceHook((estimator, data) -> (model, thrown) -> fault.strike());
    assertThat(regression(pipeline(() -> {}).fit(fixture.data)).coefficients())
        .isEqualTo(plain.coefficients());
    assertThat(context.isStopped()).isFalse();
  }

  /** The mistake that all of this is there to find, made in each class where it would hurt. */
  @ParameterizedTest
  @EnumSource(names = {"NO_CLASS", "NO_METHOD", "STACK_OVERFLOW", "OUT_OF_MEMORY"})
  void catchingExceptionsAloneWouldHurt(Fault fault) throws Exception {
    PipelineModel model = pipeline(() -> {}).fit(fixture.data);
    FittedModels.remember(model, new Hostile.Run(fault, Hostile.Run.At.LOG));
    DriverPlugin driver =
        new RunlakePlugin(EXTRA, started -> fault.strike(), started -> {}).driverPlugin();
    List<ThrowingCallable> calls =
        List.of(
            // First, since those after it make the model theirs.
            () -> Autolog.evaluate(evaluator(), model.transform(fixture.data)),
            () -> scope(new Hostile.Run(fault, Hostile.Run.At.BEGIN), model),
            () -> scope(new Hostile.Run(fault, Hostile.Run.At.END), model),
            () -> new PipelineEvents().onOtherEvent(new Hostile.Start(fault)),
            () -> driver.init(context, null));
    Class<?>[] classes = {
      FitScope.class, Evaluations.class, PipelineEvents.class, driver.getClass()
    };
    Autolog.enable(fixture.spark);
    for (ThrowingCallable call : calls) {
      Guard.reset();
      try (CatchesExceptionsAlone mistake = new CatchesExceptionsAlone(classes)) {
        assertThat(catchThrowable(call)).isInstanceOf(Error.class);
      }
      assertThat(catchThrowable(call)).isNull();
    }
  }

  private void scope(FitRun run, PipelineModel model) {
    FitScope scope = new FitScope(fixture.spark, Fits.settings(fixture.spark, true), run, false);
    try {
      scope.begin(pipeline(() -> {}), fixture.data);
    } finally {
      scope.accept(model, null);
    }
  }

  private static BiConsumer<Object, Throwable> probed(Object estimator, Object data) {
    if (estimator instanceof WeavingProbe probe) {
      probe.reached();
    }
    return null;
  }

  private LogisticRegressionModel fit(Hook hook, Fault fault) throws Exception {
    return switch (hook) {
      case LISTENER -> listened(fault);
      case PLUGIN -> plugged(fault);
      case WRAPPER_BEFORE ->
          onDisk(fault)
              ? timed(() -> wrapped(pipeline(() -> {})))
              : loggedToUsersRun(() -> breakAppends(fault), () -> {}, this::wrapped);
      case WRAPPER_AFTER -> loggedToUsersRun(() -> {}, () -> breakAppends(fault), this::wrapped);
      case WOVEN_ENTER -> woven(fault, true);
      case WOVEN_EXIT ->
          fault == Fault.READ_ONLY || fault == Fault.ABSENT
              ? wovenInUsersRun(() -> breakAppends(fault))
              : woven(fault, false);
      case WOVEN_EVALUATE -> evaluated(fault);
      case WOVEN_TRANSFORM -> transformed(fault);
      case FLUSH -> flushed(fault);
      case SHUTDOWN -> shutDown(fault);
    };
  }

  /** Sets the store to a real one that cannot be, for the faults that mean such; else false. */
  private boolean onDisk(Fault fault) throws Exception {
    if (fault == Fault.READ_ONLY) {
      set(AutologSetting.TRACKING_URI, "delta:/proc/runlake");
      return true;
    }
    if (fault == Fault.ABSENT) {
      Path file = Files.createTempFile(temp, "no", "directory");
      set(AutologSetting.TRACKING_URI, "delta:" + file.resolve("store"));
      return true;
    }
    return false;
  }

  private LogisticRegressionModel listened(Fault fault) throws Exception {
    boolean broken = onDisk(fault);
    listen();
    if (!broken) {
      context.listenerBus().post(new Hostile.Start(fault));
    }
    LogisticRegressionModel model = timed(() -> pipeline(() -> {}).fit(fixture.data));
    context.listenerBus().waitUntilEmpty();
    if (!broken) {
      awaitRun(fault);
      assertThat(runs()).as("the listener listens on").hasSize(1);
    }
    return model;
  }

  /** Beside a hang the run itself is late, and what hangs does not settle. */
  private void awaitRun(Fault fault) {
    if (fault != Fault.HANG) {
      AutologFixture.settle();
      return;
    }
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (runs().isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  private LogisticRegressionModel plugged(Fault fault) throws Exception {
    fixture.spark.conf().unset(AutologSetting.ENABLED.key());
    boolean broken = onDisk(fault);
    DriverPlugin driver =
        broken
            ? new RunlakePlugin().driverPlugin()
            : new RunlakePlugin(EXTRA, started -> fault.strike(), started -> {}).driverPlugin();
    long began = System.nanoTime();
    assertThat(driver.init(context, null)).isEmpty();
    driver.registerMetrics(context.applicationId(), null);
    assertThat(since(began)).isLessThan(EXTRA.plus(SLACK));
    return timed(() -> pipeline(() -> {}).fit(fixture.data));
  }

  private PipelineModel wrapped(Pipeline pipeline) {
    fixture.spark.conf().unset(AutologSetting.ENABLED.key());
    return Autolog.fit(pipeline, fixture.data);
  }

  private LogisticRegressionModel loggedToUsersRun(
      Runnable before, Runnable during, Function<Pipeline, PipelineModel> fit) throws Exception {
    return inUsersRun(
        () -> {
          before.run();
          LogisticRegressionModel model = timed(() -> fit.apply(pipeline(during)));
          assertThat(store.struck).as("strikes").hasPositiveValue();
          return model;
        });
  }

  private LogisticRegressionModel wovenInUsersRun(Runnable during) throws Exception {
    Autolog.enable(fixture.spark);
    return loggedToUsersRun(() -> {}, during, pipeline -> pipeline.fit(fixture.data));
  }

  /** An evaluation of what a model made whose run breaks its word, or of what nobody knows. */
  private LogisticRegressionModel evaluated(Fault fault) throws Exception {
    PipelineModel model = pipeline(() -> {}).fit(fixture.data);
    boolean broken = onDisk(fault);
    Hostile.Run run = new Hostile.Run(fault, Hostile.Run.At.LOG);
    Autolog.enable(fixture.spark);
    if (!broken) {
      FittedModels.remember(model, run);
    }
    scored(() -> model.transform(fixture.data));
    assertThat(run.struck).isEqualTo(!broken);
    return regression(model);
  }

  /** A transform of data that does its worst when it is looked at. */
  private LogisticRegressionModel transformed(Fault fault) {
    PipelineModel model = pipeline(() -> {}).fit(fixture.data);
    Hostile.Data hostile = new Hostile.Data(fixture.data, fault);
    TheirModel theirs = new TheirModel(model, fixture.data);
    FittedModels.remember(theirs, new Hostile.Run(fault, Hostile.Run.At.LOG));
    Autolog.enable(fixture.spark);
    scored(
        () -> {
          Dataset<Row> predictions = theirs.transform(hostile);
          FitDispatcher.replaceHook(null);
          return predictions;
        });
    assertThat(hostile.struck).isTrue();
    return regression(model);
  }

  private void scored(Supplier<Dataset<Row>> predictions) {
    long began = System.nanoTime();
    double score = score(predictions.get());
    assertThat(since(began)).isLessThan(plainScoreTime.plus(EXTRA).plus(SLACK));
    assertThat(Double.doubleToRawLongBits(score)).isEqualTo(Double.doubleToRawLongBits(plainScore));
  }

  private static double score(Dataset<Row> predictions) {
    return evaluator().evaluate(predictions);
  }

  private static BinaryClassificationEvaluator evaluator() {
    return new BinaryClassificationEvaluator().setLabelCol("Occupancy");
  }

  private void breakAppends(Fault fault) {
    store.breaks(FaultyStore.Verb.APPEND, fault::strike);
  }

  private LogisticRegressionModel woven(Fault fault, boolean atEnter) throws Exception {
    if (onDisk(fault)) {
      Autolog.enable(fixture.spark);
      return timed(() -> pipeline(() -> {}).fit(fixture.data));
    }
    Weaver.install(DoNoHarmTest::probed);
    AutologSettings settings = Fits.settings(fixture.spark, true);
    Hostile.Run run = new Hostile.Run(fault, atEnter ? Hostile.Run.At.BEGIN : Hostile.Run.At.END);
    FitDispatcher.replaceHook(
        (estimator, data) ->
            estimator instanceof Pipeline pipeline
                ? new FitScope(fixture.spark, settings, run, false)
                    .begin(pipeline, (Dataset<?>) data)
                : null);
    LogisticRegressionModel model = timed(() -> pipeline(() -> {}).fit(fixture.data));
    assertThat(run.struck).isTrue();
    return model;
  }

  private LogisticRegressionModel flushed(Fault fault) {
    Autolog.enable(fixture.spark);
    breakAppends(fault);
    LogisticRegressionModel model = timed(() -> pipeline(() -> {}).fit(fixture.data));
    if (fault != Fault.HANG) {
      AutologFixture.settle();
    }
    if (!fault.isTold()) {
      assertThat(runs())
          .singleElement()
          .satisfies(run -> assertThat(run.status()).isEqualTo(RunStatus.FINISHED));
    }
    return model;
  }

  private LogisticRegressionModel shutDown(Fault fault) {
    Autolog.enable(fixture.spark);
    LogisticRegressionModel model = timed(() -> pipeline(() -> {}).fit(fixture.data));
    AutologFixture.settle();
    assertThat(runs()).hasSize(1);
    store.breaks(FaultyStore.Verb.CLOSE, fault::strike);
    return model;
  }

  private LogisticRegressionModel timed(Supplier<PipelineModel> fit) {
    long began = System.nanoTime();
    PipelineModel model = fit.get();
    assertThat(since(began)).isLessThan(plainTime.plus(EXTRA).plus(SLACK));
    return regression(model);
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static LogisticRegressionModel regression(PipelineModel model) {
    return (LogisticRegressionModel) model.stages()[2];
  }

  private static long[] bits(Vector vector) {
    return Arrays.stream(vector.toArray()).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  /**
   * A pipeline of a feature stage and a regression.
   *
   * @param during happens while it is fitted
   */
  private static Pipeline pipeline(Runnable during) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              AutologFixture.assembler(), new Meanwhile(during), AutologFixture.regression()
            });
  }

  /** Does something when data comes by, and nothing to the data. */
  private static final class Meanwhile extends Transformer {
    private static final long serialVersionUID = 1L;
    private final transient Runnable what;

    Meanwhile(Runnable what) {
      this.what = what;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
      what.run();
      return dataset.toDF();
    }

    @Override
    public Transformer copy(ParamMap extra) {
      return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
      return schema;
    }

    @Override
    public String uid() {
      return "meanwhile";
    }
  }
}
