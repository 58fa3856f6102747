package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.batch.BatchScoringJob;
import io.runlake.scoring.streaming.StreamingScoringJob;
import io.runlake.testkit.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.SubmitLine;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The submit lines and job definitions of {@code submit/examples/deploy}, by their form: flags that
 * spark-submit and the job know, fields that a definition must have, classes that are in the jar,
 * the jar's and Delta's true versions.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployExamplesIT {
  private static final Path JAR = Path.of(System.getProperty("runlake.jar"));
  private static final Path PROGRAM =
      Scripts.ROOT.resolve("submit/examples/target/runlake-examples.jar");
  private static final Path EXAMPLES = Scripts.ROOT.resolve("submit/examples/deploy");
  private static final Pattern FLAG = Pattern.compile("--[a-z][a-z.-]*");

  @TempDir Path temp;
  private String helpOfNight;
  private String helpOfStream;

  @BeforeAll
  void readTheJobsHelp() {
    helpOfNight = helpOf(BatchScoringJob::run);
    helpOfStream = helpOf(StreamingScoringJob::run);
  }

  /** The {@code run} of a job. */
  @FunctionalInterface
  private interface Job {
    ExitCode run(SparkSession spark, List<String> arguments, PrintStream out, PrintStream err);
  }

  private static String helpOf(Job job) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);
    assertThat(job.run(TestSpark.session(), List.of("--help"), out, out)).isEqualTo(ExitCode.DONE);
    return text.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "standalone.sh,train,spark://host:7077",
    "standalone.sh,night,spark://host:7077",
    "standalone.sh,stream,spark://host:7077",
    "yarn.sh,train,yarn",
    "yarn.sh,night,yarn",
    "yarn.sh,stream,yarn",
    "kubernetes.sh,train,k8s://https://host:6443",
    "kubernetes.sh,night,k8s://https://host:6443",
    "kubernetes.sh,stream,k8s://https://host:6443"
  })
  void aSubmitLineIsOneThatSparkSubmitAndTheProgramUnderstand(
      String script, String what, String master) throws Exception {
    SubmitLine line = SubmitLine.of(lineOf(script, what));
    assertThat(line.option("--master")).contains(master);
    assertThat(line.option("--deploy-mode").orElseThrow()).isIn("client", "cluster");
    assertThat(fileName(line.option("--jars").orElseThrow())).isEqualTo(fileName(JAR.toString()));
    assertThat(line.settings()).containsEntry("spark.runlake.tracking.uri", "delta:hdfs://h/store");
    if (line.option("--packages").isPresent()) {
      assertThat(line.option("--packages")).contains(delta());
    }
    String main = line.option("--class").orElseThrow();
    if (what.equals("train")) {
      assertThat(line.settings()).containsEntry("spark.plugins", "io.runlake.spark.RunlakePlugin");
      assertThat(fileName(line.resource())).isEqualTo(PROGRAM.getFileName().toString());
      assertInJar(PROGRAM, main);
      assertInJar(JAR, line.settings().get("spark.plugins"));
    } else {
      assertThat(fileName(line.resource())).isEqualTo(fileName(JAR.toString()));
      assertInJar(JAR, main);
      if (what.equals("night")) {
        assertNight(line.arguments());
      } else {
        assertFlags(
            line.arguments(), helpOfStream, "--input.path", "--output.path", "--checkpoint");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"standalone.sh", "yarn.sh", "kubernetes.sh"})
  void aScriptThatIsNotToldWhatToDoSaysSo(String script) throws Exception {
    var outcome = run(script, "");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("usage: " + script + " train|night|stream");
  }

  @Test
  void theSparkApplicationHasWhatTheOperatorWants() throws Exception {
    Object loaded =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(EXAMPLES.resolve("kubernetes-night.yaml")));
    JsonNode application = new ObjectMapper().valueToTree(loaded);
    assertThat(application.get("apiVersion").textValue()).isEqualTo("sparkoperator.k8s.io/v1beta2");
    assertThat(application.get("kind").textValue()).isEqualTo("SparkApplication");
    assertThat(application.at("/metadata/name").textValue()).matches("[a-z0-9-]{1,63}");
    JsonNode spec = application.get("spec");
    assertThat(spec.get("type").textValue()).isEqualTo("Java");
    assertThat(spec.get("mode").textValue()).isEqualTo("cluster");
    assertThat(spec.get("sparkVersion").textValue()).isEqualTo(property("spark.version"));
    assertThat(spec.get("image").textValue()).isNotBlank();
    assertInJar(JAR, spec.get("mainClass").textValue());
    assertThat(fileName(spec.get("mainApplicationFile").textValue()))
        .isEqualTo(fileName(JAR.toString()));
    assertThat(fileName(spec.at("/deps/jars/0").textValue())).isEqualTo(fileName(JAR.toString()));
    assertThat(spec.at("/restartPolicy/type").textValue()).isIn("Never", "OnFailure", "Always");
    assertThat(spec.at("/driver/cores").isInt()).isTrue();
    assertThat(spec.at("/executor/instances").isInt()).isTrue();
    assertThat(List.of(spec.at("/driver/memory"), spec.at("/executor/memory")))
        .allMatch(memory -> memory.textValue().matches("\\d+[gm]"));
    assertNight(texts(spec.get("arguments")));
  }

  @Test
  void theDatabricksJobHasWhatTheJobsApiWants() throws Exception {
    JsonNode job = new ObjectMapper().readTree(EXAMPLES.resolve("databricks-night.json").toFile());
    assertThat(job.get("name").textValue()).isNotBlank();
    assertThat(job.at("/schedule/quartz_cron_expression").textValue().split(" ")).hasSize(6);
    assertThat(job.at("/schedule/timezone_id").textValue()).isEqualTo("UTC");
    assertThat(job.get("tasks")).hasSize(1);
    JsonNode task = job.at("/tasks/0");
    assertThat(task.get("task_key").textValue()).matches("[A-Za-z0-9_-]{1,100}");
    assertInJar(JAR, task.at("/spark_jar_task/main_class_name").textValue());
    assertNight(texts(task.at("/spark_jar_task/parameters")));
    assertThat(fileName(task.at("/libraries/0/jar").textValue()))
        .isEqualTo(fileName(JAR.toString()));
    assertThat(task.at("/new_cluster/spark_version").textValue())
        .matches("\\d+\\.\\d+\\.x-scala2\\.1[23]");
    assertThat(task.at("/new_cluster/node_type_id").textValue()).isNotBlank();
    assertThat(task.at("/new_cluster/num_workers").isInt()).isTrue();
  }

  @Test
  void everyDefinitionIsCheckedHere() throws Exception {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "standalone.sh",
              "yarn.sh",
              "kubernetes.sh",
              "kubernetes-night.yaml",
              "databricks-night.json");
    }
  }

  @Test
  void anUnknownFlagWouldBeFound() {
    assertThatThrownBy(() -> SubmitLine.of(List.of("--executor-core", "2", "a.jar")))
        .hasMessageContaining("--executor-core");
    assertThatThrownBy(() -> assertNight(List.of("--input.pth", "x")))
        .hasMessageContaining("--input.pth");
  }

  private void assertNight(List<String> arguments) {
    assertFlags(arguments, helpOfNight, "--date", "--input.path", "--output.path");
  }

  private static void assertFlags(List<String> arguments, String help, String... wanted) {
    List<String> flags = arguments.stream().filter(argument -> argument.startsWith("--")).toList();
    List<String> known = new ArrayList<>();
    Matcher matcher = FLAG.matcher(help);
    while (matcher.find()) {
      known.add(matcher.group());
    }
    assertThat(known).isNotEmpty().containsAll(flags);
    assertThat(flags).contains(wanted);
  }

  private static void assertInJar(Path jar, String type) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getEntry(type.replace('.', '/') + ".class")).as(type).isNotNull();
    }
  }

  /** What a script gives to spark-submit, one argument a line. */
  private List<String> lineOf(String script, String what) throws Exception {
    var outcome = run(script, what);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return outcome.out().lines().toList();
  }

  private Scripts.Outcome run(String script, String what) throws Exception {
    Path printer = temp.resolve("print-arguments");
    Files.writeString(printer, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(printer.toFile().setExecutable(true)).isTrue();
    return Scripts.run(
        temp,
        Map.of(
            "SPARK_SUBMIT", printer.toString(),
            "MASTER", script.startsWith("kube") ? "k8s://https://host:6443" : "spark://host:7077",
            "IMAGE", "registry/image",
            "STORE", "delta:hdfs://h/store",
            "DATA", "hdfs://h/data",
            "OUTPUT", "hdfs://h/out",
            "CHECKPOINT", "hdfs://h/checkpoint"),
        List.of(EXAMPLES.resolve(script).toString(), what));
  }

  private static String delta() throws IOException {
    return "io.delta:delta-spark_4.1_" + property("scala.binary") + ":" + property("delta.version");
  }

  private static String property(String name) throws IOException {
    Matcher matcher =
        Pattern.compile("<" + Pattern.quote(name) + ">([^<]*)<")
            .matcher(Files.readString(Scripts.ROOT.resolve("pom.xml")));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
