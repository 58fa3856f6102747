package io.runlake.scoring.streaming;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the job may not know. */
class StreamArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.runlake.scoring.streaming");

  @Test
  void serveTimeKnowsNoAutologgingNoBusAndNoNight() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "scala..",
            "io.runlake.scoring.batch..",
            "io.runlake.autolog..",
            "io.runlake.spark..",
            "io.runlake.store.delta..",
            "io.delta..",
            "org.apache.spark.sql.delta..",
            "org.apache.spark.scheduler..",
            "org.apache.spark.sql.classic..",
            "net.bytebuddy..",
            "org.yaml..")
        .check(CLASSES);
  }

  /** The command line uses it, and starts without Spark. */
  @Test
  void whatTheCommandLineUsesKnowsNoSpark() {
    noClasses()
        .that()
        .resideInAPackage("io.runlake.scoring.streaming.control..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache..", "io.runlake.scoring", "io.runlake.scoring.streaming")
        .check(CLASSES);
  }

  /** Compiled against Spark 4, a call of them fails on 3.5. */
  @Test
  void optionsOfStreamWritersAreSetByTheCompatClassAlone() {
    noClasses()
        .should()
        .callMethodWhere(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "DataStreamWriter.option",
                call ->
                    call.getTargetOwner().getSimpleName().equals("DataStreamWriter")
                        && call.getTarget().getName().startsWith("option")))
        .check(CLASSES);
  }
}
