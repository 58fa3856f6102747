package io.runlake.spark;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;

/** The files behind a frame that was just read from one source. */
final class PlanFiles {
  private PlanFiles() {}

  /** Empty if the plan reads no files by Spark's own road. */
  static Optional<FileIndex> of(LogicalPlan plan) {
    AtomicReference<FileIndex> found = new AtomicReference<>();
    ScalaInterop.visit(
        plan,
        node -> {
          if (node instanceof LogicalRelation relation
              && relation.relation() instanceof HadoopFsRelation files) {
            found.compareAndSet(null, files.location());
          }
        });
    return Optional.ofNullable(found.get());
  }
}
