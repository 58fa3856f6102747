package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What the one jar carries, and what it must leave to the cluster. */
class OneJarIT {
  /** Where a class or file may stand. Everything else is a leak onto the user's class path. */
  private static final List<String> ALLOWED = List.of("io/runlake/", "META-INF/");

  private static final List<String> CARRIED =
      List.of(
          "io/runlake/shaded/io/delta/kernel/TableManager.class",
          "io/runlake/shaded/io/delta/kernel/defaults/engine/DefaultEngine.class",
          "io/runlake/shaded/org/apache/parquet/hadoop/ParquetFileWriter.class",
          "io/runlake/shaded/org/apache/parquet/schema/LogicalTypeAnnotation$GeometryLogicalTypeAnnotation.class",
          "io/runlake/shaded/parquet/com/fasterxml/jackson/databind/ObjectMapper.class",
          "io/runlake/shaded/org/locationtech/jts/geom/Geometry.class",
          "io/runlake/shaded/org/yaml/snakeyaml/constructor/SafeConstructor.class",
          "io/runlake/shaded/net/bytebuddy/ByteBuddy.class",
          "io/runlake/shaded/net/bytebuddy/agent/ByteBuddyAgent.class",
          "io/runlake/shaded/picocli/CommandLine.class",
          "META-INF/LICENSE",
          "META-INF/NOTICE");

  private static final Path JAR = Path.of(System.getProperty("runlake.jar"));

  @Test
  void everythingInItIsOursOrRelocated() throws IOException {
    List<String> names = entries();
    assertThat(names).hasSizeGreaterThan(1000).containsAll(CARRIED);
    assertThat(names)
        .filteredOn(name -> ALLOWED.stream().noneMatch(name::startsWith))
        .filteredOn(name -> !name.equals("io/"))
        .isEmpty();
  }

  @Test
  void nothingOfAnotherLibrarysManifestsSignaturesOrServicesIsLeft() throws IOException {
    assertThat(entries())
        .filteredOn(name -> name.startsWith("META-INF/"))
        .allMatch(
            name ->
                name.equals("META-INF/")
                    || name.equals("META-INF/MANIFEST.MF")
                    || name.equals("META-INF/LICENSE")
                    || name.equals("META-INF/NOTICE")
                    || name.startsWith("META-INF/licenses/")
                    || name.equals("META-INF/services/")
                    || name.startsWith("META-INF/services/io.runlake."));
  }

  /** Relocation rewrites strings too; these are names that other software reads. */
  @Test
  void namesThatOthersReadKeepTheirSpelling() throws IOException {
    assertThat(constantsOf("io/runlake/shaded/io/delta/kernel/defaults/internal/logstore/"))
        .contains("io.delta.kernel.logStore")
        .doesNotContain("io.runlake.shaded.io.delta.kernel.logStore");
    assertThat(constantsOf("io/runlake/shaded/io/delta/kernel/defaults/internal/parquet/"))
        .contains("io.delta.kernel.default-parquet-writer")
        .doesNotContain("io.runlake.shaded.io.delta.kernel.default-parquet-writer");
  }

  @Test
  void theManifestNamesTheVersion() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Implementation-Version"))
          .isEqualTo(
              JAR.getFileName().toString().replace("runlake-spark-", "").replace(".jar", ""));
      assertThat(jar.isMultiRelease()).isFalse();
    }
  }

  private static List<String> entries() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream().map(ZipEntry::getName).toList();
    }
  }

  /** The bytes of all classes under a folder of the jar, as text in which constants stand out. */
  private static String constantsOf(String folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (var entry :
          jar.stream().filter(e -> e.getName().startsWith(folder) && !e.isDirectory()).toList()) {
        try (var in = jar.getInputStream(entry)) {
          all.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      }
    }
    assertThat(all).isNotEmpty();
    return all.toString();
  }
}
