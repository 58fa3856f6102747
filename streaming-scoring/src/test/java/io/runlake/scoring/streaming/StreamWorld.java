package io.runlake.scoring.streaming;

import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.Signature;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.RegisterOptions;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobSession;
import io.runlake.store.Alert;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Runlake;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** A store with versions of one small model, and queries that score with it. */
final class StreamWorld {
  static final String SCHEMA = "id bigint, temperature double, humidity double, site string";
  static final String MODEL = "climate";

  final Path folder;
  final String store;
  private int versions;

  /** Makes the store and two versions; {@code champion} is the first. */
  StreamWorld(Path folder) {
    this.folder = folder;
    this.store = "delta:" + folder.resolve("store");
    register(0.0);
    register(0.5);
    alias(1);
  }

  /** Registers another sound version. */
  int register(double regularisation) {
    return register(regularisation, "temperature", "humidity");
  }

  /** A version that wants another column than the input has. */
  int registerWanting(String column) {
    return register(0.0, "temperature", column);
  }

  /** A version whose files were changed after it was registered. */
  int registerDamaged() {
    int version = register(0.7);
    try (Stream<Path> files = Files.walk(folder.resolve("model-" + version))) {
      Path metadata =
          files
              .filter(path -> path.toString().contains("/stages/"))
              .filter(path -> path.getFileName().toString().endsWith(".parquet"))
              .findFirst()
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(metadata);
      bytes[bytes.length / 2] ^= 1;
      Files.delete(metadata.resolveSibling("." + metadata.getFileName() + ".crc"));
      Files.write(metadata, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return version;
  }

  private int register(double regularisation, String... columns) {
    StructType schema =
        StructType.fromDDL(SCHEMA.replace("humidity", columns[1]) + ", label double");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create((long) i, 15.0 + i, 80.0 - i * i % 7, "a", 3.0 * i + i % 3));
    }
    Dataset<Row> data = TestSpark.session().createDataFrame(rows, schema);
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler().setInputCols(columns).setOutputCol("features"),
                  new LinearRegression().setRegParam(regularisation)
                })
            .fit(data);
    try (Runlake runlake = Runlake.open(store)) {
      int next = ++versions;
      String path = folder.resolve("model-" + next).toString();
      SparkModels.save(
          model,
          path,
          SaveOptions.defaults()
              .withSignature(Signature.infer(data.drop("label").schema(), model)));
      runlake.registry().register(MODEL, path, Optional.empty(), RegisterOptions.none());
      return next;
    }
  }

  void alias(int version) {
    try (Runlake runlake = Runlake.open(store)) {
      runlake.registry().setAlias(MODEL, "champion", version, "test");
    }
  }

  List<Alert> alerts() {
    try (Runlake runlake = Runlake.open(store)) {
      return runlake.store().alerts().all();
    }
  }

  /** A query with folders of its own. */
  Query query(String name) {
    return new Query(name);
  }

  /** What a start said. */
  record Ended(ExitCode exit, String out, String err) {
    String lastLine() {
      List<String> lines = out.lines().toList();
      return lines.get(lines.size() - 1);
    }
  }

  /** A crash: no handler of the job's takes it for an error of its own. */
  static final class Halt extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Dies at a step of a batch, as far as that is possible within a JVM. */
  static Step.Listener haltAt(Step wanted, long batch) {
    return (step, at) -> {
      if (step == wanted && at == batch) {
        throw new Halt();
      }
    };
  }

  /** The folders of one query, and its starts. */
  final class Query {
    final String name;
    final Path input;
    final Path output;
    final Path checkpoint;
    private int files;

    private Query(String name) {
      this.name = name;
      this.input = folder.resolve(name + "-in");
      this.output = folder.resolve(name + "-out");
      this.checkpoint = folder.resolve(name + "-checkpoint");
    }

    /** Puts a file of lines where the query reads; files are read in the order of this call. */
    Path arrive(String... lines) {
      try {
        Files.createDirectories(input);
        files++;
        Path file = input.resolve(String.format(Locale.ROOT, "%05d", files));
        Path hidden = input.resolve("." + file.getFileName());
        Files.writeString(hidden, String.join("\n", lines) + "\n");
        Files.setLastModifiedTime(
            hidden,
            java.nio.file.attribute.FileTime.fromMillis(1_700_000_000_000L + files * 1000L));
        return Files.move(hidden, file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    List<String> arguments(String... more) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--job",
                  name,
                  "--model",
                  "models:/" + MODEL + "@champion",
                  "--store",
                  store,
                  "--input.format",
                  "csv",
                  "--input.path",
                  input.toString(),
                  "--input.schema",
                  SCHEMA,
                  "--output.path",
                  output.toString(),
                  "--checkpoint",
                  checkpoint.toString(),
                  "--max-files-per-trigger",
                  "1",
                  "--error-budget",
                  "1"));
      arguments.addAll(List.of(more));
      return arguments;
    }

    Ended run(String... more) {
      return run(Step.Listener.NONE, more);
    }

    Ended run(Step.Listener steps, String... more) {
      return start(steps, arguments(more));
    }

    Ended start(Step.Listener steps, List<String> arguments) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      ExitCode exit =
          new StreamingScoringJob(
                  new PrintStream(out, true, StandardCharsets.UTF_8),
                  new PrintStream(err, true, StandardCharsets.UTF_8),
                  JobSession.of(TestSpark.session()),
                  steps)
              .run(arguments);
      return new Ended(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    Dataset<Row> scores() {
      return TestSpark.session().read().format("delta").load(output.toString());
    }

    Dataset<Row> quarantine() {
      return TestSpark.session().read().format("delta").load(output + "_quarantine");
    }
  }
}
