package io.runlake.maintenance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What maintenance may not know. */
class MaintenanceArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.runlake.maintenance");

  @Test
  void maintenanceKnowsNoKernelNoAutologgingAndNoBus() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.runlake.autolog..",
            "io.runlake.store.delta..",
            "io.runlake.scoring.batch..",
            "io.runlake.scoring.streaming..",
            "io.delta.kernel..",
            "org.apache.spark.scheduler..",
            "org.apache.spark.sql.classic..",
            "net.bytebuddy..",
            "org.yaml..")
        .check(CLASSES);
  }

  @Test
  void scalaStaysInTheInteropClass() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ScalaInterop")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("scala..")
        .check(CLASSES);
  }

  /** Delta's optimistic transactions are reached through its public writers alone. */
  @Test
  void deltasOwnClassesStayInTwoPlaces() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ScalaInterop")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.apache\\.spark\\.sql\\.delta\\.(?!Snapshot$).*")
        .check(CLASSES);
  }
}
