package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.internal.util.Utils;
import io.delta.storage.HDFSLogStore;
import io.delta.storage.LogStore;
import io.runlake.store.PutIfAbsent;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Creating a file only if its name is free, and reading it. */
interface CreateIfAbsent {
  /** The ways to do it; which code that is depends on the file system too. */
  enum Way {
    /** As Kernel writes the log of a store's table. */
    FILE_IO,
    /** As Spark writes the log of a table in jobs of ours. */
    LOG_STORE,
    /** As nights and batches are claimed. */
    CLAIM,
    /** As Delta writes a log where nothing else is set. */
    STOCK
  }

  /**
   * @param lines the content; where it is taken line by line, its end may keep the writer waiting
   * @throws FileAlreadyExistsException if the name is taken
   */
  void create(String path, Iterator<String> lines) throws IOException;

  /** The content; empty if there is no such file. */
  Optional<String> read(String path) throws IOException;

  /** A way as a process that begins would take it. */
  static CreateIfAbsent of(Way way, String folder, HadoopFiles hadoop) throws IOException {
    Configuration configuration = hadoop.configuration();
    return switch (way) {
      case FILE_IO -> of(DeltaRoot.fileIO(folder, hadoop));
      case CLAIM -> of(new HadoopClaims(hadoop));
      case STOCK -> {
        Configuration meeting = new Configuration(configuration);
        meeting.set("fs.AbstractFileSystem.file.impl", MeetingDisk.class.getName());
        yield of(new HDFSLogStore(meeting), meeting);
      }
      case LOG_STORE ->
          of(
              LocalFiles.isLocal(folder)
                  ? new LocalLogStore(configuration)
                  : S3.holds(new Path(folder))
                      ? new S3LogStore(configuration)
                      : new HDFSLogStore(configuration),
              configuration);
    };
  }

  private static CreateIfAbsent of(FileIO files) {
    return new CreateIfAbsent() {
      @Override
      public void create(String path, Iterator<String> lines) throws IOException {
        files.newOutputFile(path).writeAtomically(Utils.toCloseableIterator(lines), false);
      }

      @Override
      public Optional<String> read(String path) throws IOException {
        try (SeekableInputStream in = files.newInputFile(path, 0).newStream()) {
          return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException none) {
          return Optional.empty();
        }
      }
    };
  }

  private static CreateIfAbsent of(LogStore store, Configuration configuration) {
    return new CreateIfAbsent() {
      @Override
      public void create(String path, Iterator<String> lines) throws IOException {
        store.write(new Path(path), lines, false, configuration);
      }

      @Override
      public Optional<String> read(String path) throws IOException {
        StringBuilder text = new StringBuilder();
        try (var lines = store.read(new Path(path), configuration)) {
          lines.forEachRemaining(line -> text.append(line).append('\n'));
          return Optional.of(text.toString());
        } catch (FileNotFoundException none) {
          return Optional.empty();
        }
      }
    };
  }

  private static CreateIfAbsent of(PutIfAbsent claims) {
    return new CreateIfAbsent() {
      @Override
      public void create(String path, Iterator<String> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        lines.forEachRemaining(line -> text.append(line).append('\n'));
        if (!claims.put(path, text.toString().getBytes(StandardCharsets.UTF_8))) {
          throw new FileAlreadyExistsException(path);
        }
      }

      @Override
      public Optional<String> read(String path) {
        return claims.get(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
      }
    };
  }

  /** A content by which a part of it, or a mixture, is known. */
  static String text(String writer) {
    StringBuilder text = new StringBuilder(writer).append('\n');
    for (int i = 0; i < 50; i++) {
      text.append(writer).append(' ').append(i).append(" of the same entry of a log\n");
    }
    return text.append("end\n").toString();
  }

  /** Who wrote a content; empty if it is not whole. */
  static Optional<String> writer(String text) {
    String writer = text.lines().findFirst().orElse("");
    return text.equals(text(writer)) ? Optional.of(writer) : Optional.empty();
  }

  /** Settings of Hadoop's as words of a line, and back. */
  static List<String> words(Map<String, String> settings) {
    return settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }
}
