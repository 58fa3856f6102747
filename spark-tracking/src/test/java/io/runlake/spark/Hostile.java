package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.FitStart;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.QueryExecution;

/** What code of ours can meet beside a fit at its worst: it strikes when it is looked at. */
final class Hostile {
  private Hostile() {}

  /** An event of a fit that does its worst when it is looked at. */
  static final class Start extends FitStart<PipelineModel> {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;

    Start(Fault fault) {
      this.fault = fault;
    }

    @Override
    public Estimator<PipelineModel> estimator() {
      fault.strike();
      return null;
    }
  }

  /** Data that does its worst when its plan is asked for. */
  static final class Data extends org.apache.spark.sql.classic.Dataset<Row> {
    private static final long serialVersionUID = 1L;
    private final transient Fault fault;
    volatile boolean struck;

    Data(Dataset<Row> data, Fault fault) {
      super(data.queryExecution(), data.encoder());
      this.fault = fault;
    }

    @Override
    public QueryExecution queryExecution() {
      // Null while this is constructed.
      if (fault != null) {
        struck = true;
        fault.strike();
      }
      return super.queryExecution();
    }
  }

  /** A place for facts that breaks its word not to throw. */
  static final class Run implements FitRun {
    /** When it does. */
    enum At {
      BEGIN,
      END,
      LOG
    }

    private final Fault fault;
    private final At when;
    volatile boolean struck;

    Run(Fault fault, At when) {
      this.fault = fault;
      this.when = when;
    }

    private void strike(At now) {
      if (now == when) {
        struck = true;
        fault.strike();
      }
    }

    @Override
    public void begin(FitRecord record, List<DatasetRef> inputs) {
      strike(At.BEGIN);
    }

    @Override
    public Optional<ActiveRun> await(Duration patience) {
      return Optional.empty();
    }

    @Override
    public void log(String what, Consumer<RunLog> facts) {
      strike(At.LOG);
    }

    @Override
    public EvaluationBook evaluations() {
      return new EvaluationBook();
    }

    @Override
    public void end(FitEnd end, CompletableFuture<FitCost> cost) {
      strike(At.END);
    }
  }
}
