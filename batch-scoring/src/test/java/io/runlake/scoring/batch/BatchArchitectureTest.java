package io.runlake.scoring.batch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the job may not know. */
class BatchArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.runlake.scoring.batch");

  @Test
  void serveTimeKnowsNoAutologgingAndNoBus() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.runlake.autolog..",
            "io.runlake.spark..",
            "io.runlake.store.delta..",
            "io.delta.kernel..",
            "org.apache.spark.scheduler..",
            "org.apache.spark.sql.classic..",
            "net.bytebuddy..",
            "org.yaml..")
        .check(CLASSES);
  }

  @Test
  void noScalaAndNothingOfTheStream() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("scala..", "io.runlake.scoring.streaming..")
        .check(CLASSES);
  }

  /** An Observation makes later transforms of some models in the session fail. */
  @Test
  void noObservationObjects() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("org.apache.spark.sql.Observation")
        .check(CLASSES);
  }
}
