package io.runlake.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class CommandRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.runlake.cli", "io.runlake.quickstart");

  @Test
  void theCommandKnowsNoSparkAndNoDelta() {
    noClasses()
        .that()
        .resideInAPackage("io.runlake.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.spark..",
            "scala..",
            "io.delta..",
            "org.apache.hadoop..",
            "io.runlake.spark..",
            "io.runlake.autolog..",
            "io.runlake.scoring..")
        .check(CLASSES);
  }

  @Test
  void theJobsOfQuickstartUseWhatAnyUserHas() {
    noClasses()
        .that()
        .resideInAPackage("io.runlake.quickstart..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.runlake.store.delta..", "io.delta.kernel..", "io.runlake.cli..")
        .check(CLASSES);
  }
}
