package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * One jar for Spark 3.5 to 4.1 and Scala 2.12 and 2.13: what is missing on one of them, or has
 * another descriptor there, may be named in a compat class only.
 */
class SparkLinesTest {
  /** Not on Spark 3.5. */
  private static final List<String> FORBIDDEN_TYPES =
      List.of("org.apache.spark.sql.classic.", "org.apache.spark.sql.DataFrameWriterV2");

  /** Methods that are missing on a line, or have Scala's Seq in their descriptor. */
  private static final Map<String, Set<String>> FORBIDDEN_METHODS =
      Map.ofEntries(
          Map.entry("org.apache.spark.ml.util.MLWriter", Set.of("saveToLocal")),
          Map.entry("org.apache.spark.ml.util.MLReader", Set.of("loadFromLocal")),
          Map.entry("org.apache.spark.sql.execution.QueryExecution", Set.of("sparkSession")),
          Map.entry("org.apache.spark.sql.Column", Set.of("node")),
          Map.entry("org.apache.spark.SparkThrowable", Set.of("getCondition")),
          Map.entry("org.apache.spark.sql.Observation", Set.of("getOrEmpty")),
          Map.entry(
              "org.apache.spark.executor.TaskMetrics",
              Set.of("peakOnHeapExecutionMemory", "peakOffHeapExecutionMemory")),
          Map.entry("org.apache.spark.scheduler.SparkListenerApplicationEnd", Set.of("exitCode")),
          Map.entry(
              "org.apache.spark.scheduler.SparkListenerJobStart", Set.of("stageIds", "stageInfos")),
          Map.entry("org.apache.spark.scheduler.StageInfo", Set.of("rddInfos")),
          Map.entry("org.apache.spark.sql.execution.SparkPlanInfo", Set.of("children")),
          Map.entry("org.apache.spark.sql.Row", Set.of("getSeq", "toSeq")),
          Map.entry("org.apache.spark.ml.param.ParamMap", Set.of("toSeq")),
          Map.entry(
              "org.apache.spark.sql.catalyst.plans.logical.LogicalPlan",
              Set.of("children", "output", "collectLeaves")),
          Map.entry("org.apache.spark.sql.streaming.DataStreamWriter", Set.of("options")));

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.runlake");

  @Test
  void whatDiffersBetweenSparksLinesIsNamedInACompatClassOnly() {
    assertThat(OURS.size()).isGreaterThan(100);
    assertThat(
            OURS.stream()
                .filter(SparkLinesTest::isPlain)
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(SparkLinesTest::isForbidden)
                .map(JavaAccess::getDescription))
        .isEmpty();
  }

  private static boolean isPlain(JavaClass type) {
    String name = type.getSimpleName();
    return !name.endsWith("Compat") && !type.getPackageName().startsWith("io.runlake.testkit");
  }

  private static boolean isForbidden(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String method = access.getTarget().getName();
    if (FORBIDDEN_TYPES.stream().anyMatch(owner.getName()::startsWith)) {
      return true;
    }
    if (owner.getName().equals("org.apache.spark.sql.Dataset") && method.equals("observe")) {
      return access.getDescription().contains("org.apache.spark.sql.Observation");
    }
    return FORBIDDEN_METHODS.getOrDefault(owner.getName(), Set.of()).contains(method);
  }
}
