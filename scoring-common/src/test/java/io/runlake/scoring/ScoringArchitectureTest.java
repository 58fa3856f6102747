package io.runlake.scoring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the shared part of the jobs may not know. */
class ScoringArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.runlake.scoring");

  @Test
  void serveTimeKnowsNoAutologgingAndNoBus() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.runlake.scoring.batch..",
            "io.runlake.scoring.streaming..",
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

  /** The gate implements a trait of Delta's, whose methods have Scala types. */
  @Test
  void scalaStaysInTheInteropClassAndTheGate() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ScalaInterop")
        .and()
        .doNotHaveSimpleName("CommitGate")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("scala..")
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
