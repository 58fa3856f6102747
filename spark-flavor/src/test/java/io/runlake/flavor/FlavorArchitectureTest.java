package io.runlake.flavor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Serve time knows no train time, and Scala stays in one class. */
class FlavorArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.runlake.flavor", "io.runlake.text");

  @Test
  void flavorKnowsNoRunListenerOrStore() {
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage("io.runlake.flavor..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.runlake.tracking..",
                "io.runlake.registry..",
                "io.runlake.store..",
                "io.runlake.autolog..",
                "io.runlake.spark..",
                "io.runlake.scoring..",
                "io.delta..",
                "org.apache.spark.scheduler..",
                "org.apache.spark.sql.classic..",
                "net.bytebuddy..");
    rule.check(CLASSES);
  }

  @Test
  void textKnowsTheJdkOnly() {
    ArchRule rule =
        classes()
            .that()
            .resideInAPackage("io.runlake.text..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.runlake.text..", "java..");
    rule.check(CLASSES);
  }

  @Test
  void scalaStaysInOneClass() {
    ArchRule rule =
        noClasses()
            .that()
            .doNotHaveSimpleName("ScalaInterop")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("scala..");
    rule.check(CLASSES);
  }

  @Test
  void onlyTheYamlClassKnowsYaml() {
    ArchRule rule =
        noClasses()
            .that()
            .haveNameNotMatching(".*\\.SafeYaml(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.yaml..");
    rule.check(CLASSES);
  }

  @Test
  void nothingIsReadByJavaSerialization() {
    ArchRule rule =
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream");
    rule.check(CLASSES);
  }
}
