package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;

/**
 * The hash manifest of a model folder: one line per file, {@code <sha-256> <path>}, sorted by path,
 * which {@code sha256sum -c runlake.sha256} reads. It covers MLmodel too, whose text is fixed
 * before the manifest is written. The digest of a model is the SHA-256 of that text; for a folder
 * without a manifest the text is made from the files, so both ways agree.
 *
 * <p>Not covered: the manifest itself, names that begin with a dot (Hadoop's checksums, which Spark
 * does not read either), and {@code registered_model_meta}, which MLflow adds to copies. The
 * manifest finds rot; against tampering its digest stands in the registry. Needs Hadoop, not Spark.
 */
public final class ModelManifest {
  /** The name of the file. */
  public static final String FILE = "runlake.sha256";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");

  private final SortedMap<String, String> hashes;

  private ModelManifest(SortedMap<String, String> hashes) {
    this.hashes = hashes;
  }

  /**
   * The digest of the model at a Hadoop path: 64 hex digits. Read from the manifest without reading
   * the files, or computed over them when there is no manifest.
   *
   * @throws ModelException {@code NOT_FOUND}, {@code BAD_FORMAT} or {@code STORAGE}
   */
  public static String digest(String modelPath) {
    return digest(modelPath, ModelFolder.configuration());
  }

  /** As {@link #digest(String)}, with the given settings. */
  public static String digest(String modelPath, Configuration configuration) {
    ModelFolder folder = ModelFolder.open(modelPath, configuration);
    folder.readDescriptor();
    return stored(folder).orElseGet(() -> compute(folder, Map.of())).digest();
  }

  /**
   * Reads every file and compares it with the manifest, if there is one.
   *
   * @return the digest
   * @throws ModelException {@code DAMAGED}, naming the files that are missing, added or changed
   */
  public static String verify(String modelPath) {
    return verify(modelPath, ModelFolder.configuration());
  }

  /** As {@link #verify(String)}, with the given settings. */
  public static String verify(String modelPath, Configuration configuration) {
    ModelFolder folder = ModelFolder.open(modelPath, configuration);
    folder.readDescriptor();
    return verify(folder, false);
  }

  static String verify(ModelFolder folder, boolean required) {
    Optional<ModelManifest> stored = stored(folder);
    if (stored.isEmpty() && required) {
      throw new ModelException(
          Kind.DAMAGED,
          folder.path(),
          "The model at " + folder.path() + " has no manifest " + FILE + ", and one is required");
    }
    ModelManifest actual = compute(folder, Map.of());
    stored.ifPresent(manifest -> manifest.compare(actual, folder.path()));
    return actual.digest();
  }

  /** Over the files that are there and those that are about to be written. */
  static ModelManifest compute(ModelFolder folder, Map<String, byte[]> pending) {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (String file : folder.files().keySet()) {
      if (covered(file)) {
        hashes.put(file, hash(folder, file));
      }
    }
    pending.forEach((file, contents) -> hashes.put(file, hex(sha256().digest(contents))));
    return new ModelManifest(hashes);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    hashes.forEach((file, hash) -> text.append(hash).append("  ").append(file).append('\n'));
    return text.toString();
  }

  String digest() {
    return sha256Hex(text());
  }

  static String sha256Hex(String text) {
    return hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean covered(String file) {
    return !file.equals(FILE)
        && !file.equals("registered_model_meta")
        && !file.startsWith(".")
        && !file.contains("/.");
  }

  private static Optional<ModelManifest> stored(ModelFolder folder) {
    String text;
    try {
      text = folder.readText(FILE);
    } catch (FileNotFoundException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw ModelFolder.storage(folder.path(), "read the manifest of", e);
    }
    SortedMap<String, String> hashes = new TreeMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches() || hashes.put(matcher.group(2), matcher.group(1)) != null) {
        throw broken(
            folder, "line " + number + " is no '<sha-256>  <path>', or names a path twice");
      }
    }
    ModelManifest manifest = new ModelManifest(hashes);
    if (!manifest.text().equals(text) || !hashes.containsKey(MlModel.FILE)) {
      throw broken(folder, "it is not sorted by path, or does not name " + MlModel.FILE);
    }
    return Optional.of(manifest);
  }

  private static ModelException broken(ModelFolder folder, String why) {
    return new ModelException(
        Kind.DAMAGED,
        folder.path(),
        "The manifest " + FILE + " of the model at " + folder.path() + " is broken: " + why);
  }

  private void compare(ModelManifest actual, String path) {
    SortedSet<String> missing = new TreeSet<>(hashes.keySet());
    missing.removeAll(actual.hashes.keySet());
    SortedSet<String> added = new TreeSet<>(actual.hashes.keySet());
    added.removeAll(hashes.keySet());
    SortedSet<String> changed = new TreeSet<>();
    hashes.forEach(
        (file, hash) -> {
          String found = actual.hashes.get(file);
          if (found != null && !found.equals(hash)) {
            changed.add(file);
          }
        });
    if (!missing.isEmpty() || !added.isEmpty() || !changed.isEmpty()) {
      throw new ModelException(
          Kind.DAMAGED,
          path,
          "The files of the model at "
              + path
              + " differ from its manifest: "
              + "changed "
              + changed
              + ", missing "
              + missing
              + ", added "
              + added
              + ". Restore the folder from a copy, or save the model again");
    }
  }

  private static String hash(ModelFolder folder, String file) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = folder.open(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (ChecksumException | EOFException | FileNotFoundException e) {
      throw new ModelException(
          Kind.DAMAGED,
          folder.path(),
          "Cannot read " + file + " of the model at " + folder.path() + ": " + e.getMessage(),
          e);
    } catch (IOException e) {
      throw ModelFolder.storage(folder.path(), "read " + file + " of", e);
    }
    return hex(digest.digest());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
