package io.runlake.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
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
            "io.runlake.autolog..")
        .check(CLASSES);
  }

  /** It writes job configurations from the settings, and asks streams to stop; no more. */
  @Test
  void ofTheJobsTheCommandKnowsTheSettingsAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.runlake.cli..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.runlake.scoring..")
                .and(not(resideInAPackage("io.runlake.scoring.streaming.control..")))
                .and(not(simpleName("Setting")))
                .and(not(simpleName("SettingKeys")))
                .and(not(simpleName("JobSetting")))
                .and(not(simpleName("ConfigTemplate"))))
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
