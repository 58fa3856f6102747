package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.store.DatasetRef;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunLog;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.FitStart;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
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

/**
 * Whatever breaks wherever code of ours runs near a user's fit, the fit is as it is without us: the
 * same model to the bit, in its time, on a SparkContext that lives on, with one warning.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoNoHarmTest {
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
    FLUSH,
    SHUTDOWN
  }

  @TempDir static Path temp;
  private AutologFixture fixture;
  private SparkContext context;
  private LogisticRegressionModel plain;
  private Duration plainTime;
  private FaultyStore store;

  static Stream<Arguments> cells() {
    return Stream.of(Hook.values())
        .flatMap(hook -> Stream.of(Fault.values()).map(fault -> Arguments.of(hook, fault)));
  }

  @BeforeAll
  void withoutUs() {
    fixture = new AutologFixture(temp.resolve("unused"));
    context = fixture.spark.sparkContext();
    fixture.data.cache().count();
    FitDispatcher.replaceHook(null);
    pipeline(() -> {}).fit(fixture.data);
    long began = System.nanoTime();
    plain = regression(pipeline(() -> {}).fit(fixture.data));
    plainTime = Duration.ofNanos(System.nanoTime() - began);
    assertThat(plain.coefficients().toArray()).isNotEmpty().doesNotContain(0.0);
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
    set(AutologSetting.ENABLED, "false");
    FitDispatcher.replaceHook(null);
  }

  @AfterEach
  void nothingIsLeft() {
    Fault.endHangs();
    store.heals();
    Attachment.byPlugin(null);
    FitDispatcher.replaceHook(null);
    AutologFixture.settle();
    TrackingTarget.closeAll();
    Guard.reset();
    assertThat(FitTokens.live()).isZero();
    assertThat(context.getLocalProperty(SparkProperties.FIT_TOKEN)).isNull();
    assertThat(context.getLocalProperty(SparkProperties.RUN_ID)).isNull();
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
      assertThat(complaints.lines()).hasSize(fault.isTold() ? 1 : 0);
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
              : inUsersRun(() -> breakAppends(fault), () -> {}, this::wrapped);
      case WRAPPER_AFTER -> inUsersRun(() -> {}, () -> breakAppends(fault), this::wrapped);
      case WOVEN_ENTER -> woven(fault, true);
      case WOVEN_EXIT ->
          fault == Fault.READ_ONLY || fault == Fault.ABSENT
              ? wovenInUsersRun(() -> breakAppends(fault))
              : woven(fault, false);
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
    set(AutologSetting.ENABLED, "true");
    boolean broken = onDisk(fault);
    PipelineEvents events = new PipelineEvents();
    context.addSparkListener(events);
    try {
      if (!broken) {
        context.listenerBus().post(new HostileStart(fault));
      }
      LogisticRegressionModel model = timed(() -> pipeline(() -> {}).fit(fixture.data));
      context.listenerBus().waitUntilEmpty();
      if (!broken) {
        AutologFixture.settle();
        assertThat(runs()).as("the listener listens on").hasSize(1);
      }
      return model;
    } finally {
      context.removeSparkListener(events);
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

  /** A run of the user's in which a fit logs on the user's own thread. */
  private LogisticRegressionModel inUsersRun(
      Runnable before, Runnable during, Function<Pipeline, PipelineModel> fit) {
    Runlake users =
        Runlake.over(
            store, RunlakeOptions.defaults().withFlushAt(1).withFlushEvery(Duration.ofHours(1)));
    ActiveRun run = users.startRun("users");
    try {
      run.flush();
      before.run();
      LogisticRegressionModel model = timed(() -> fit.apply(pipeline(during)));
      assertThat(store.struck).as("strikes").hasPositiveValue();
      return model;
    } finally {
      store.heals();
      Fault.endHangs();
      run.endRun();
      assertThat(users.getRun(run.id()).orElseThrow().status()).isEqualTo(RunStatus.FINISHED);
      users.close();
    }
  }

  private LogisticRegressionModel wovenInUsersRun(Runnable during) {
    Autolog.enable(fixture.spark);
    return inUsersRun(() -> {}, during, pipeline -> pipeline.fit(fixture.data));
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
    HostileRun run = new HostileRun(fault, atEnter);
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

  private List<Run> runs() {
    try (Runlake fresh = Runlake.over(store)) {
      return fresh.searchRuns(RunQuery.all()).runs();
    }
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

  private void set(AutologSetting setting, String value) {
    fixture.spark.conf().set(setting.key(), value);
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

  /** An event of a fit that does its worst when it is looked at. */
  private static final class HostileStart extends FitStart<PipelineModel> {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    HostileStart(Fault fault) {
      this.fault = fault;
    }

    @Override
    public Estimator<PipelineModel> estimator() {
      fault.strike();
      return null;
    }
  }

  /** A place for facts that breaks its word not to throw. */
  private static final class HostileRun implements FitRun {
    private final Fault fault;
    private final boolean atBegin;
    private volatile boolean struck;

    HostileRun(Fault fault, boolean atBegin) {
      this.fault = fault;
      this.atBegin = atBegin;
    }

    @Override
    public void begin(FitRecord record, List<DatasetRef> inputs) {
      if (atBegin) {
        struck = true;
        fault.strike();
      }
    }

    @Override
    public Optional<ActiveRun> await(Duration patience) {
      return Optional.empty();
    }

    @Override
    public void log(String what, Consumer<RunLog> facts) {}

    @Override
    public EvaluationBook evaluations() {
      return new EvaluationBook();
    }

    @Override
    public void end(FitEnd end, CompletableFuture<FitCost> cost) {
      if (!atBegin) {
        struck = true;
        fault.strike();
      }
    }
  }
}
