package io.runlake.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The one jar against every Spark line in use: each class, method and field that a class of the jar
 * names must be there on each line, each abstract method implemented, or the exception stands below
 * with its reason.
 */
class SparkLinesIT {
  /**
   * A reference that may be missing.
   *
   * @param from how the names of the classes begin that make it
   * @param target how what they name begins
   * @param why what makes it harmless
   */
  private record Allowed(String from, String target, String why) {
    boolean covers(Linker.Fault fault) {
      return fault.from().startsWith(from)
          && (fault.target().startsWith(target) || fault.why().contains("[" + target));
    }
  }

  private static final String SHADED = "io/runlake/shaded/";

  private static final List<Allowed> ALLOWED =
      List.of(
          new Allowed(
              SHADED + "net/bytebuddy/",
              "com/sun/jna/",
              "Byte Buddy's other ways into a JVM, tried only where JNA is on the class path"),
          new Allowed(
              SHADED + "org/apache/parquet/hadoop/DirectCodecFactory$DirectCodecPool",
              "org/apache/commons/pool/",
              "Parquet's pool of off-heap codecs, which Kernel's reader and writer never ask for"),
          new Allowed(
              SHADED + "io/delta/kernel/defaults/engine/hadoopio/HadoopInputFile",
              "org/apache/hadoop/fs/Options$OpenFileOptions",
              "only its constants are used, which the compiler copies; 3.5's Hadoop 3.3.4 lacks it"),
          new Allowed(
              SHADED + "io/delta/kernel/defaults/internal/parquet/ParquetStatsReader",
              "org/apache/hadoop/shaded/com/google/common/collect/",
              "in hadoop-client-runtime, which every home has; 30 MB, so not fetched for this check"));

  private static final Path JAR = Path.of(System.getProperty("runlake.jar"));
  private static final Path LINES =
      Path.of(System.getProperty("runlake.project.root"), "submit/lines/target");
  private static final String BUILT_WITH = "4.1.0_2.13";
  private static final String SPARK_40 = "4.0.1_2.13";
  private static final String SPARK_35 = "3.5.3_2.13";
  private static final String SPARK_35_SCALA_212 = "3.5.3_2.12";
  private static final List<String> ALL =
      List.of(BUILT_WITH, SPARK_40, SPARK_35, SPARK_35_SCALA_212);

  @Test
  void everythingThatTheJarNamesIsThereOnEveryLine() throws IOException {
    List<String> faults = new ArrayList<>();
    Set<Allowed> used = new LinkedHashSet<>();
    for (String line : ALL) {
      for (Linker.Fault fault : faultsOfTheJar(line)) {
        Optional<Allowed> allowed = ALLOWED.stream().filter(a -> a.covers(fault)).findFirst();
        allowed.ifPresentOrElse(used::add, () -> faults.add(line + ": " + fault));
      }
    }
    assertThat(faults).isEmpty();
    assertThat(used)
        .as("exceptions that are still needed")
        .containsExactlyInAnyOrderElementsOf(ALLOWED);
  }

  private static List<Linker.Fault> faultsOfTheJar(String line) throws IOException {
    try (Classes classes = classes(line);
        JarFile jar = new JarFile(JAR.toFile())) {
      Linker linker = new Linker(classes);
      List<Linker.Fault> faults = new ArrayList<>();
      long ofSpark = 0;
      for (String name : Classes.names(jar)) {
        byte[] classFile = classes.read(name).orElseThrow();
        faults.addAll(linker.check(classFile));
        ofSpark +=
            Reference.of(classFile).stream()
                .filter(named -> named.owner().startsWith("org/apache/spark/"))
                .count();
      }
      assertThat(ofSpark).as("references to Spark that were looked at").isGreaterThan(500);
      return faults;
    }
  }

  /**
   * It links, but an Observation once given to a session makes later model transforms there fail
   * with "Task not serializable" on 4.0 and 4.1; observing by name does not.
   */
  @Test
  void noObservationObjectIsGivenToADataset() throws IOException {
    try (Classes classes = classes(BUILT_WITH);
        JarFile jar = new JarFile(JAR.toFile())) {
      List<Reference> observations =
          Classes.names(jar).stream()
              .flatMap(name -> Reference.of(classes.read(name).orElseThrow()).stream())
              .filter(named -> named.owner().equals("org/apache/spark/sql/Dataset"))
              .filter(named -> named.member().startsWith("observe("))
              .toList();
      assertThat(observations)
          .isNotEmpty()
          .noneMatch(named -> named.member().contains("Lorg/apache/spark/sql/Observation;"));
    }
  }

  /** Each was once named by a draft of ours, or is what a line is known to lack. */
  @Test
  void whatALineLacksIsFound() throws IOException {
    String seq = "scala/collection/immutable/Seq";
    List<Probe> probes =
        List.of(
            Probe.method(
                    "org/apache/spark/ml/util/MLWriter", "saveToLocal", "(Ljava/lang/String;)V")
                .missingOn(SPARK_40, SPARK_35, SPARK_35_SCALA_212),
            Probe.method(
                    "org/apache/spark/sql/streaming/DataStreamWriter",
                    "option",
                    "(Ljava/lang/String;Ljava/lang/String;)Ljava/lang/Object;")
                .missingOn(SPARK_35, SPARK_35_SCALA_212),
            Probe.method(
                    "org/apache/spark/sql/execution/QueryExecution",
                    "sparkSession",
                    "()Lorg/apache/spark/sql/classic/SparkSession;")
                .missingOn(SPARK_35, SPARK_35_SCALA_212),
            Probe.interfaceMethod("org/apache/spark/sql/Row", "getSeq", "(I)L" + seq + ";")
                .missingOn(SPARK_35_SCALA_212),
            Probe.interfaceMethod("org/apache/spark/sql/Row", "getList", "(I)Ljava/util/List;")
                .missingOn(),
            // Inherited from a superclass, from an interface, from Object.
            Probe.method(
                    "org/apache/spark/ml/classification/LogisticRegression",
                    "uid",
                    "()Ljava/lang/String;")
                .missingOn(),
            Probe.method("org/apache/spark/ml/Pipeline", "hashCode", "()I").missingOn(),
            Probe.method("org/apache/spark/ml/Pipeline", "explainParams", "()Ljava/lang/String;")
                .missingOn(),
            // Another return type, and a class called as if it were an interface.
            Probe.method("org/apache/spark/sql/Dataset", "count", "()I").missingOnAll(),
            Probe.interfaceMethod(
                    "org/apache/spark/SparkContext", "appName", "()Ljava/lang/String;")
                .missingOnAll(),
            Probe.field(
                    "org/apache/spark/sql/types/DataTypes",
                    "StringType",
                    "Lorg/apache/spark/sql/types/DataType;")
                .missingOn(),
            Probe.field(
                    "org/apache/spark/sql/types/DataTypes",
                    "NoSuchType",
                    "Lorg/apache/spark/sql/types/DataType;")
                .missingOnAll());
    for (String line : ALL) {
      try (Classes classes = classes(line)) {
        for (Probe probe : probes) {
          assertThat(faults(probe.classFile(), classes))
              .as("%s on %s", probe, line)
              .hasSize(probe.lacking().contains(line) ? 1 : 0);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SPARK_35, SPARK_35_SCALA_212})
  void aClassThatALineLacksIsNamedOnce(String line) throws IOException {
    Probe probe =
        Probe.method("org/apache/spark/sql/classic/Dataset", "count", "()J").missingOn(line);
    try (Classes classes = classes(line)) {
      assertThat(faults(probe.classFile(), classes))
          .singleElement()
          .isEqualTo(
              new Linker.Fault(
                  "probe/Probe", "org/apache/spark/sql/classic/Dataset", "no such class"));
    }
  }

  @Test
  void anAbstractMethodThatNobodyImplementsIsFound() throws IOException {
    ClassWriter type = new ClassWriter(0);
    type.visit(
        Opcodes.V17,
        Opcodes.ACC_PUBLIC,
        "probe/Listener",
        null,
        "java/lang/Object",
        new String[] {"org/apache/spark/api/java/function/MapFunction"});
    type.visitEnd();
    try (Classes classes = classes(SPARK_40)) {
      assertThat(faults(type.toByteArray(), classes))
          .singleElement()
          .asString()
          .contains("MapFunction.call(Ljava/lang/Object;)", "not implemented");
    }
  }

  /** One class with one method that uses one member. */
  private record Probe(int opcode, String owner, String name, String type, List<String> lacking) {
    static Probe method(String owner, String name, String type) {
      return new Probe(Opcodes.INVOKEVIRTUAL, owner, name, type, List.of());
    }

    static Probe interfaceMethod(String owner, String name, String type) {
      return new Probe(Opcodes.INVOKEINTERFACE, owner, name, type, List.of());
    }

    static Probe field(String owner, String name, String type) {
      return new Probe(Opcodes.GETSTATIC, owner, name, type, List.of());
    }

    Probe missingOn(String... lines) {
      return new Probe(opcode, owner, name, type, List.of(lines));
    }

    Probe missingOnAll() {
      return new Probe(opcode, owner, name, type, ALL);
    }

    byte[] classFile() {
      ClassWriter writer = new ClassWriter(0);
      writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "probe/Probe", null, "java/lang/Object", null);
      MethodVisitor code = writer.visitMethod(Opcodes.ACC_PUBLIC, "use", "()V", null, null);
      if (opcode == Opcodes.GETSTATIC) {
        code.visitFieldInsn(opcode, owner, name, type);
      } else {
        code.visitMethodInsn(opcode, owner, name, type, opcode == Opcodes.INVOKEINTERFACE);
      }
      code.visitInsn(Opcodes.RETURN);
      code.visitMaxs(2, 1);
      writer.visitEnd();
      return writer.toByteArray();
    }
  }

  private static List<Linker.Fault> faults(byte[] classFile, Classes classes) {
    classes.add(classFile);
    return new Linker(classes).check(classFile);
  }

  private static Classes classes(String line) throws IOException {
    List<Path> all = new ArrayList<>(List.of(JAR));
    if (line.equals(BUILT_WITH)) {
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .filter(file -> file.toString().endsWith(".jar") && Files.isRegularFile(file))
          .forEach(all::add);
    } else {
      try (Stream<Path> found = Files.list(LINES.resolve(line))) {
        found.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(all::add);
      }
    }
    return new Classes(all);
  }
}
