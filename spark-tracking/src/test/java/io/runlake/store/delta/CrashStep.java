package io.runlake.store.delta;

import io.runlake.registry.ModelRegistry;
import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.store.Store;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a process was doing when it died: what was there before, the act, and what came of it. */
enum CrashStep {
  /** The first change of a store: an experiment, and a run in it. */
  CREATE_RUN {
    @Override
    void act(World world) {
      world.start();
    }

    @Override
    boolean done(Store store) {
      return run(store).isPresent();
    }

    @Override
    void again(Store store, Path model) {
      try (Runlake runlake = runlake(store)) {
        runlake.startRun(RunSpec.of(EXPERIMENT).withName(RUN)).endRun();
      }
    }
  },

  /** The first points of a run that another process began. */
  LOG_BATCH {
    @Override
    void prepare(Store store, Path model) {
      new World(store, model).start();
    }

    @Override
    void begin(World world) {
      world.batch = points(world.store);
    }

    @Override
    void act(World world) {
      world.store.runs().append(world.batch).join();
    }

    @Override
    boolean done(Store store) {
      RunRow run = run(store).orElseThrow();
      boolean mapped = run.metrics().containsKey("rmse");
      List<MetricPoint> points = store.runs().points(run.runId(), Optional.empty());
      if (!points.isEmpty() && points.size() != 3 || mapped && points.isEmpty()) {
        throw new AssertionError("Of 3 points there are " + points + ", and the row is " + run);
      }
      return mapped;
    }

    @Override
    void again(Store store, Path model) {
      store.runs().append(points(store)).join();
    }

    private RunBatch points(Store store) {
      RunRow run = run(store).orElseThrow();
      ExperimentId experiment = run.experimentId();
      List<MetricPoint> points =
          List.of(
              new MetricPoint(experiment, run.runId(), "rmse", new MetricValue(0, 1, 0.5)),
              new MetricPoint(experiment, run.runId(), "rmse", new MetricValue(1, 2, 0.25)),
              new MetricPoint(experiment, run.runId(), "mae", new MetricValue(1, 2, 0.125)));
      return new RunBatch(
          points,
          List.of(
              RunRow.of(run.runId(), experiment)
                  .withMetrics(
                      Map.of("rmse", points.get(1).value(), "mae", points.get(2).value()))));
    }
  },

  /** The end of a run, with a last point. */
  END_RUN {
    @Override
    void begin(World world) {
      world.start();
    }

    @Override
    void act(World world) {
      world.run.logMetric("rmse", 0.5, 7);
      world.run.endRun();
    }

    @Override
    boolean done(Store store) {
      return run(store).orElseThrow().status().orElseThrow().status() == RunStatus.FINISHED;
    }

    @Override
    void again(Store store, Path model) {
      RunRow run = run(store).orElseThrow();
      StatusChange running = run.status().orElseThrow();
      StatusChange end =
          new StatusChange(
              running.epoch(),
              StatusChange.RANK_OWNER,
              running.at() + 1,
              RunStatus.FINISHED,
              Optional.of(Instant.now()),
              Optional.empty());
      store
          .runs()
          .append(RunBatch.of(RunRow.of(run.runId(), run.experimentId()).withStatus(end)))
          .join();
    }
  },

  /** The files of a model as artifacts of a run, and the first version of a registered model. */
  REGISTER {
    @Override
    void begin(World world) {
      world.start();
    }

    @Override
    void act(World world) {
      world.run.logArtifacts(world.model, "model");
      ModelRegistry.over(world.store, "ada")
          .register(MODEL, "runs:/" + world.run.id() + "/model", RegisterOptions.none());
    }

    @Override
    boolean done(Store store) {
      return ModelRegistry.over(store, "ada").version(MODEL, 1).isPresent();
    }

    @Override
    void again(Store store, Path model) {
      try (Runlake runlake = runlake(store)) {
        ActiveRun run = runlake.startRun(RunSpec.of(EXPERIMENT).withName("again"));
        run.logArtifacts(model, "model");
        run.endRun();
        ModelRegistry.over(store, "ada")
            .register(MODEL, "runs:/" + run.id() + "/model", RegisterOptions.none());
      }
    }
  },

  /** An alias moves from one version to the next. */
  SET_ALIAS {
    @Override
    void prepare(Store store, Path model) {
      ModelRegistry registry = ModelRegistry.over(store, "ada");
      registry.register(MODEL, model.toString(), RegisterOptions.none());
      registry.register(MODEL, model.toString(), RegisterOptions.none());
      registry.setAlias(MODEL, "champion", 1, "");
    }

    @Override
    void act(World world) {
      again(world.store, world.model);
    }

    @Override
    boolean done(Store store) {
      int target =
          ModelRegistry.over(store, "ada")
              .aliased(MODEL, "champion")
              .map(ModelVersion::version)
              .orElse(0);
      if (target != 1 && target != 2) {
        throw new AssertionError("The alias points at version " + target);
      }
      return target == 2;
    }

    @Override
    void again(Store store, Path model) {
      ModelRegistry.over(store, "ada").setAlias(MODEL, "champion", 2, "");
    }
  };

  private static final String EXPERIMENT = "churn";
  private static final String RUN = "first";
  private static final String MODEL = "churn";

  /** What stood there when the process was started. */
  void prepare(Store store, Path model) throws IOException {
    // Nothing stood there.
  }

  /** What the process did before. */
  void begin(World world) {
    // Nothing.
  }

  /** What it was doing. */
  abstract void act(World world);

  /**
   * Whether it was done.
   *
   * @throws AssertionError if it was done in part
   */
  abstract boolean done(Store store);

  /** Does it again, in another process. */
  abstract void again(Store store, Path model);

  /** A process at work. */
  static final class World {
    private final Store store;
    private final Path model;
    private final Runlake runlake;
    private ActiveRun run;
    private RunBatch batch;

    World(Store store, Path model) {
      this.store = store;
      this.model = model;
      this.runlake = runlake(store);
    }

    private void start() {
      run = runlake.startRun(RunSpec.of(EXPERIMENT).withName(RUN));
      run.flush();
    }

    /** What a process does that ends in order; a dead one cannot. */
    void close() {
      runlake.close();
    }
  }

  /** Nothing but what the step does touches the files. */
  private static Runlake runlake(Store store) {
    return Runlake.over(store, RunlakeOptions.defaults().withFlushEvery(Duration.ofHours(1)));
  }

  private static Optional<RunRow> run(Store store) {
    return store.runs().current(RunScan.all()).stream()
        .filter(row -> row.name().flatMap(Stamp::value).filter(RUN::equals).isPresent())
        .findFirst();
  }
}
