package io.runlake.spool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.spool.Spool.NewExperiment;
import io.runlake.spool.Spool.SpooledFile;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunRow;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A spool on disk: lines of JSON, each an object with one field that says what it is. The first is
 * {@code runlake_spool} with the version of the format, the last {@code end} with the number of
 * lines before it and their SHA-256, so that a file that was cut off is told from a whole one.
 */
public final class SpoolFile {
  private static final int VERSION = 1;
  private static final String HEAD = "runlake_spool";
  private static final String END = "end";
  private static final String EXPERIMENT = "experiment";
  private static final String RUN = "run";
  private static final String POINT = "point";
  private static final String FILE = "file";
  private static final long LONGEST = 1L << 30;

  private SpoolFile() {}

  /**
   * Writes a spool, whole or not at all, readable by its owner alone; makes the folder if need be.
   */
  static void write(Path file, Spool spool) throws IOException {
    byte[] bytes = bytes(spool);
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path unfinished = Files.createTempFile(folder, ".spool", ".tmp", forOwner());
    try {
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static FileAttribute<?>[] forOwner() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static byte[] bytes(Spool spool) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    ObjectNode head = SpoolCodec.JSON.createObjectNode().put("version", VERSION);
    spool.root().ifPresent(root -> head.put("root", root));
    lines.add(line(HEAD, head));
    spool.experiments().forEach(one -> lines.add(line(EXPERIMENT, SpoolCodec.of(one))));
    spool.runs().forEach(row -> lines.add(line(RUN, SpoolCodec.of(row))));
    spool.points().forEach(point -> lines.add(line(POINT, SpoolCodec.of(point))));
    spool.files().forEach(one -> lines.add(line(FILE, SpoolCodec.of(one))));
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    ObjectNode end = SpoolCodec.JSON.createObjectNode().put("lines", lines.size());
    end.put("sha256", sha256(text.toString()));
    return text.append(line(END, end)).append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode line(String kind, ObjectNode content) {
    ObjectNode line = SpoolCodec.JSON.createObjectNode();
    line.set(kind, content);
    return line;
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256.", e);
    }
  }

  /**
   * Reads a spool.
   *
   * @throws SpoolException if the file is no spool, or not the whole of one
   * @throws IOException if it cannot be read
   */
  public static Spool read(Path file) throws IOException {
    if (Files.isDirectory(file) || Files.size(file) > LONGEST) {
      throw new SpoolException(file, "is no spool of Runlake's.");
    }
    String text = text(file);
    int firstEnd = text.indexOf('\n');
    if (!isHead(firstEnd < 0 ? text : text.substring(0, firstEnd))) {
      throw new SpoolException(
          file, "is no spool of Runlake's: its first line does not say '" + HEAD + "'.");
    }
    List<String> lines = text.lines().toList();
    checkWhole(file, text, lines);
    return parsed(file, lines);
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new SpoolException(file, "is no spool of Runlake's: it is not text.");
    }
  }

  private static boolean isHead(String line) {
    try {
      return SpoolCodec.parse(line).has(HEAD);
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private static void checkWhole(Path file, String text, List<String> lines) {
    String last = lines.get(lines.size() - 1);
    try {
      JsonNode end = SpoolCodec.parse(last).get(END);
      String before = text.substring(0, text.length() - last.length() - 1);
      if (text.endsWith("\n")
          && end != null
          && end.path("lines").asInt() == lines.size() - 1
          && end.path("sha256").asText().equals(sha256(before))) {
        return;
      }
    } catch (IOException | IllegalArgumentException cutOff) {
      // Said below.
    }
    throw new SpoolException(
        file,
        "was cut off or changed: its last line does not fit the "
            + (lines.size() - 1)
            + " before it. Look for a whole copy.");
  }

  private static Spool parsed(Path file, List<String> lines) {
    Optional<String> root = Optional.empty();
    List<NewExperiment> experiments = new ArrayList<>();
    List<RunRow> runs = new ArrayList<>();
    List<MetricPoint> points = new ArrayList<>();
    List<SpooledFile> files = new ArrayList<>();
    for (int i = 0; i < lines.size() - 1; i++) {
      try {
        JsonNode line = SpoolCodec.parse(lines.get(i));
        String kind = line.fieldNames().next();
        JsonNode content = line.get(kind);
        switch (kind) {
          case HEAD -> root = head(file, content);
          case EXPERIMENT -> experiments.add(SpoolCodec.experiment(content));
          case RUN -> runs.add(SpoolCodec.row(content));
          case POINT -> points.add(SpoolCodec.point(content));
          case FILE -> files.add(SpoolCodec.file(content));
          default -> throw new IllegalArgumentException("'" + kind + "' is nothing it knows");
        }
      } catch (IOException | IllegalArgumentException | StoreException e) {
        throw new SpoolException(file, "has a wrong line " + (i + 1) + ": " + e.getMessage() + ".");
      }
    }
    return new Spool(root, experiments, runs, points, files);
  }

  private static Optional<String> head(Path file, JsonNode head) {
    int version = head.path("version").asInt();
    if (version != VERSION) {
      throw new SpoolException(
          file,
          "is a spool of version "
              + version
              + ", and this Runlake reads version "
              + VERSION
              + ". Use the Runlake that wrote it, or a newer one.");
    }
    return Optional.ofNullable(head.get("root")).map(JsonNode::asText);
  }
}
