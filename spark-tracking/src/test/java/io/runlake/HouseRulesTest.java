package io.runlake;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom, in the classes of this module and of the one below it. */
class HouseRulesTest {
  private static final String[] CORE = {
    "io.runlake.tracking..",
    "io.runlake.registry..",
    "io.runlake.store",
    "io.runlake.doctor..",
    "io.runlake.search..",
    "io.runlake.errors.."
  };

  private static JavaClasses house;

  @BeforeAll
  static void readClasses() {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("test-classes"))
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.runlake");
  }

  private static void hold(ArchRule rule) {
    rule.allowEmptyShould(true).check(house);
  }

  @Test
  void theClassesOfTheHouseAreFound() {
    assertThat(house.stream().map(JavaClass::getPackageName))
        .contains("io.runlake.store", "io.runlake.store.delta", "io.runlake.flavor");
  }

  @Test
  void layersRunOneWay() {
    hold(
        Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("spark")
            .definedBy("io.runlake.spark..")
            .layer("autolog")
            .definedBy("io.runlake.autolog..")
            .layer("tracking and registry")
            .definedBy("io.runlake.tracking..", "io.runlake.registry..")
            .layer("delta")
            .definedBy("io.runlake.store.delta..")
            .layer("ports")
            .definedBy("io.runlake.store")
            .whereLayer("spark")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("autolog")
            .mayOnlyBeAccessedByLayers("spark")
            .whereLayer("tracking and registry")
            .mayOnlyBeAccessedByLayers("spark", "autolog")
            .whereLayer("delta")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("ports")
            .mayOnlyBeAccessedByLayers("spark", "autolog", "tracking and registry", "delta"));
  }

  @Test
  void kernelIsKnownToTheDeltaStoreAlone() {
    hold(
        noClasses()
            .that(not(resideInAPackage("io.runlake.store.delta..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.delta.kernel.."));
  }

  @Test
  void theDeltaStoreKnowsNoSparkAndNobodyAbove() {
    hold(
        noClasses()
            .that()
            .resideInAPackage("io.runlake.store.delta..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.spark..",
                "io.delta.sql..",
                "io.delta.tables..",
                "scala..",
                "io.runlake.tracking..",
                "io.runlake.registry..",
                "io.runlake.autolog..",
                "io.runlake.spark..",
                "io.runlake.flavor.."));
  }

  @Test
  void theCoreKnowsNoSparkDeltaHadoopOrYaml() {
    hold(
        noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.spark..",
                "io.delta..",
                "org.apache.hadoop..",
                "org.apache.parquet..",
                "org.yaml.snakeyaml..",
                "com.fasterxml.jackson..",
                "net.bytebuddy..",
                "scala.."));
  }

  @Test
  void autologKnowsNoBusStoreOrFileSystem() {
    hold(
        noClasses()
            .that()
            .resideInAPackage("io.runlake.autolog..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.spark..",
                "io.delta..",
                "org.apache.hadoop..",
                "org.yaml.snakeyaml..",
                "net.bytebuddy..",
                "scala..",
                "io.runlake.store.delta.."));
  }

  @Test
  void busesPluginsAndWeavingAreKnownToOnePackageAlone() {
    hold(
        noClasses()
            .that(not(resideInAPackage("io.runlake.spark..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.spark.scheduler..",
                "org.apache.spark.api.plugin..",
                "net.bytebuddy.."));
  }

  @Test
  void scalaIsKnownToInteropClassesAlone() {
    hold(
        noClasses()
            .that(not(simpleName("ScalaInterop")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("scala.."));
  }

  @Test
  void modelsKnowNoRunListenerOrStore() {
    hold(
        noClasses()
            .that()
            .resideInAnyPackage("io.runlake.flavor..", "io.runlake.text..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.runlake.tracking..",
                "io.runlake.registry..",
                "io.runlake.store..",
                "io.runlake.autolog..",
                "io.runlake.spark..",
                "org.apache.spark.scheduler.."));
  }

  @Test
  void whatChangesBetweenSparkLinesIsNotUsed() {
    hold(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark.sql.classic.."));
  }

  @Test
  void implementationsOfAPortAreNotPublic() {
    hold(
        classes()
            .that()
            .resideInAPackage("io.runlake.store.delta..")
            .and()
            .doNotHaveSimpleName("DeltaStoreProvider")
            .and()
            .doNotHaveSimpleName("LocalLogStore")
            .and()
            .doNotHaveSimpleName("S3LogStore")
            .and()
            .areTopLevelClasses()
            .should()
            .notBePublic());
  }
}
