package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.StructType;
import io.runlake.store.RunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A copy of a store, and ways to damage it that no writer of ours has. */
record DamagedStore(Path root, RunId oldRun, RunId newRun) {

  /** Copies a store with the times of its files. */
  static DamagedStore copy(Path from, Path to, RunId oldRun, RunId newRun) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return new DamagedStore(to, oldRun, newRun);
  }

  Path table(String name) {
    return root.resolve(name);
  }

  Path log(String table) {
    return table(table).resolve("_delta_log");
  }

  Path entry(String table, long version) {
    return log(table).resolve(String.format("%020d.json", version));
  }

  /** The number of the newest entry. */
  long newest(String table) {
    return files(log(table)).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.matches("\\d{20}\\.json"))
        .mapToLong(name -> Long.parseLong(name.substring(0, 20)))
        .max()
        .orElseThrow();
  }

  static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Path> dataFiles(String table) {
    return files(table(table)).stream()
        .filter(f -> f.toString().endsWith(".parquet"))
        .filter(f -> !f.toString().contains("_delta_log"))
        .toList();
  }

  /** Rewrites a file; what does not change it is a mistake of the test. */
  void edit(Path file, UnaryOperator<String> edit) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    String before = Files.readString(file);
    String after = edit.apply(before);
    assertThat(after).as("%s", file).isNotEqualTo(before);
    Files.writeString(file, after);
    Files.setLastModifiedTime(file, time);
  }

  /** Rewrites the first entry of a young table, whose checksums would tell the old text. */
  void editFirst(String table, UnaryOperator<String> edit) throws IOException {
    dropChecksums(table);
    edit(entry(table, 0), edit);
  }

  void dropChecksums(String table) throws IOException {
    for (Path file : files(log(table))) {
      if (file.toString().endsWith(".crc")) {
        Files.delete(file);
      }
    }
  }

  /** Overwrites the middle of a file and keeps its size. */
  static void scramble(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    Files.write(file, bytes);
  }

  static void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Appends rows as a writer would that checks nothing. */
  <R> void append(TableSpec<R> spec, List<R> rows) throws InterruptedException {
    StoreEngine engine = new StoreEngine(new LocalFileIO(Map.of()), new HadoopFiles(Map.of()));
    DeltaTable<R> table = new DeltaTable<>(LocalFiles.hadoopPath(root), spec, engine);
    new TableWriter<>(table, Retry.defaults(), Clock.systemUTC()).append(rows);
  }

  /** Appends a row given as the values of its columns, null where it has none. */
  void appendRaw(TableSpec<?> spec, Object... values) throws InterruptedException {
    RowCodec<Object[]> codec =
        new RowCodec<>() {
          @Override
          public StructType schema() {
            return spec.codec().schema();
          }

          @Override
          public Object[] encode(Object[] row) {
            return row;
          }

          @Override
          public Object[] decode(ColumnarBatch batch, int row) {
            throw new UnsupportedOperationException();
          }
        };
    List<Object[]> rows = new ArrayList<>();
    rows.add(values);
    append(
        new TableSpec<>(
            spec.name(), codec, spec.partitions(), row -> newRun.month(), spec.properties()),
        rows);
  }
}
