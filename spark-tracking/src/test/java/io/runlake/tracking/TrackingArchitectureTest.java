package io.runlake.tracking;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What tracking, registry, search and errors may know. */
class TrackingArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(
              "io.runlake.tracking",
              "io.runlake.registry",
              "io.runlake.search",
              "io.runlake.errors");

  @Test
  void theyKnowThePortsAndTheJdk() {
    classes()
        .that()
        .resideInAnyPackage("io.runlake.tracking", "io.runlake.registry", "io.runlake.search")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.slf4j",
            "io.runlake.store",
            "io.runlake.text",
            "io.runlake.flavor",
            "io.runlake.errors",
            "io.runlake.search",
            "io.runlake.registry",
            "io.runlake.tracking")
        .check(CLASSES);
  }

  @Test
  void dependenciesRunOneWay() {
    slices().matching("io.runlake.(*)..").should().beFreeOfCycles().check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("io.runlake.registry", "io.runlake.search", "io.runlake.errors")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.runlake.tracking..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("io.runlake.search", "io.runlake.errors", "io.runlake.tracking")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.runlake.flavor..")
        .check(CLASSES);
  }
}
