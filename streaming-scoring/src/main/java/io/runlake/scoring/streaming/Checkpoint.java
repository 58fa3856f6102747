package io.runlake.scoring.streaming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.scoring.JobException;
import io.runlake.store.PutIfAbsent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What Spark keeps of a query: its id in {@code metadata}, and one file for each batch in {@code
 * offsets/}, written before the batch runs. Only read here.
 */
final class Checkpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PutIfAbsent files;
  private final Configuration configuration;
  private final String path;

  private Checkpoint(PutIfAbsent files, Configuration configuration, String path) {
    this.files = files;
    this.configuration = configuration;
    this.path = path;
  }

  /**
   * The checkpoint at a path; it need not be there yet.
   *
   * @throws JobException BAD_INPUT if a file stands there, or it cannot be looked at
   */
  static Checkpoint at(PutIfAbsent files, Configuration configuration, String text) {
    try {
      Path given = new Path(text);
      FileSystem fileSystem = given.getFileSystem(configuration);
      if (fileSystem.exists(given) && !fileSystem.getFileStatus(given).isDirectory()) {
        throw JobException.badInput("The checkpoint " + text + " is a file; give a folder.");
      }
      return new Checkpoint(files, configuration, fileSystem.makeQualified(given).toString());
    } catch (IOException | IllegalArgumentException e) {
      throw JobException.badInput(
          "Cannot look at the checkpoint " + text + ": " + JobException.firstLine(e) + ".", e);
    }
  }

  /** The qualified path. */
  String path() {
    return path;
  }

  /** The id of the query; empty before its first start. */
  Optional<String> queryId() {
    return files
        .get(path + "/metadata")
        .flatMap(
            bytes -> {
              try {
                return Optional.ofNullable(JSON.readTree(bytes).path("id").asText(null));
              } catch (IOException e) {
                throw JobException.badInput(
                    "The checkpoint " + path + " has a file 'metadata' that is not Spark's.", e);
              }
            });
  }

  /** The newest batch that was begun; empty if none was. */
  OptionalLong newestBatch() {
    return batches().max();
  }

  /** The oldest batch that Spark still knows. */
  OptionalLong oldestBatch() {
    return batches().min();
  }

  private LongStream batches() {
    return files.list(path + "/offsets").stream()
        .filter(name -> name.matches("[0-9]{1,18}"))
        .mapToLong(Long::parseLong);
  }

  /** Where a batch ends, as its only source wrote it down; empty if the batch is not known. */
  Optional<JsonNode> offset(long batch) {
    return files
        .get(path + "/offsets/" + batch)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip().lines().toList())
        .flatMap(lines -> lines.isEmpty() ? Optional.empty() : parse(lines));
  }

  private static Optional<JsonNode> parse(List<String> lines) {
    try {
      return Optional.of(JSON.readTree(lines.get(lines.size() - 1)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Deletes files that are no longer needed. */
  void delete(List<String> paths) throws IOException {
    for (String each : paths) {
      Path file = new Path(each);
      file.getFileSystem(configuration).delete(file, false);
    }
  }
}
