package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunStatus;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The README's Java is compiled and run, its SQL is run, both with the store's place filled in. Its
 * commands are run by {@code ReadmeIT} of submit. The Java of the manual is compiled.
 */
@Tag("slow")
class ReadmeSnippetsTest {
  private static final String PLACE = "/data/runlake";

  /** The snippet's surroundings: what it takes for granted. */
  private static final String PROGRAM =
      """
      import io.runlake.tracking.ActiveRun;
      import io.runlake.tracking.Runlake;
      import org.apache.spark.ml.Pipeline;
      import org.apache.spark.ml.PipelineModel;
      import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
      import org.apache.spark.sql.Dataset;
      import org.apache.spark.sql.Row;

      public class Snippet {
        public static void run(
            Pipeline pipeline,
            Dataset<Row> training,
            Dataset<Row> test,
            MulticlassClassificationEvaluator evaluator) {
      %s
        }
      }
      """;

  /** What a manual page takes for granted; its blocks follow each other. */
  private static final String PAGE =
      """
      import io.runlake.evaluate.*;
      import io.runlake.spark.*;
      import io.runlake.store.RunId;
      import io.runlake.tracking.*;
      import java.util.*;
      import org.apache.spark.ml.Pipeline;
      import org.apache.spark.ml.PipelineModel;
      import org.apache.spark.sql.Dataset;
      import org.apache.spark.sql.Row;
      import org.apache.spark.sql.SparkSession;

      class Page {
        void run(
            SparkSession spark,
            Runlake runlake,
            String runId,
            Pipeline pipeline,
            PipelineModel model,
            Dataset<Row> training,
            Dataset<Row> testData) {
      %s
        }
      }
      """;

  @TempDir Path temp;

  private List<String> blocks(String language) throws Exception {
    return blocks("README.md", language);
  }

  private List<String> blocks(String page, String language) throws Exception {
    String text = Files.readString(TestSpark.projectRoot().resolve(page));
    Matcher fence = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(text);
    List<String> blocks = new ArrayList<>();
    while (fence.find()) {
      blocks.add(fence.group(1).replace(PLACE, root()));
    }
    return blocks;
  }

  private String root() {
    return temp.resolve("store").toString();
  }

  @Test
  void theJavaRunsAndTheSqlReadsWhatItLogged() throws Exception {
    List<String> java = blocks("java");
    assertThat(java).hasSize(1);
    runJava(java.get(0));
    try (Runlake runlake = Runlake.open("delta:" + root())) {
      List<Run> runs = runlake.searchRuns(RunQuery.all()).runs();
      assertThat(runs).singleElement().extracting(Run::status).isEqualTo(RunStatus.FINISHED);
      assertThat(runs.get(0).params()).containsEntry("sensors", "all");
      assertThat(runs.get(0).metric("accuracy").orElseThrow()).isBetween(0.9, 1.0);
    }

    SparkSession spark = TestSpark.session().newSession();
    RunlakeViews.register(spark, "delta:" + root());
    List<String> sql = blocks("sql");
    assertThat(sql).hasSizeGreaterThanOrEqualTo(2);
    spark.sql("CREATE DATABASE readme");
    try {
      spark.sql("USE readme");
      for (String block : sql) {
        Dataset<Row> last = null;
        for (String statement : block.split(";\\s*(\\n|$)")) {
          last = spark.sql(statement);
        }
        assertThat(last.collectAsList()).as(block).hasSize(1);
        assertThat(last.collectAsList().get(0).toString()).doesNotContain("null,null");
      }
    } finally {
      spark.sql("USE default");
      spark.sql("DROP DATABASE readme CASCADE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docs/autologging.md",
        "docs/autologging-inputs.md",
        "docs/autologging-metrics.md"
      })
  void theJavaOfAManualPageCompiles(String page) throws Exception {
    List<String> java = blocks(page, "java");
    assertThat(java).isNotEmpty();
    compile("Page", PAGE.formatted(String.join("\n", java)), page);
  }

  private void runJava(String snippet) throws Exception {
    compile("Snippet", PROGRAM.formatted(snippet), "the README's Java");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(new String[] {"Light", "CO2"})
                      .setOutputCol("features"),
                  new LogisticRegression().setLabelCol("Occupancy")
                });
    MulticlassClassificationEvaluator evaluator =
        new MulticlassClassificationEvaluator().setLabelCol("Occupancy").setMetricName("accuracy");
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {temp.toUri().toURL()}, getClass().getClassLoader())) {
      loader
          .loadClass("Snippet")
          .getMethod(
              "run",
              Pipeline.class,
              Dataset.class,
              Dataset.class,
              MulticlassClassificationEvaluator.class)
          .invoke(
              null,
              pipeline,
              TestSpark.occupancy("datatraining.txt"),
              TestSpark.occupancy("datatest.txt"),
              evaluator);
    }
  }

  private void compile(String name, String text, String what) throws Exception {
    Path source = Files.writeString(temp.resolve(name + ".java"), text);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-d", temp.toString(), "-classpath", System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as("%s: %s", what, said).isTrue();
    }
  }
}
