package io.runlake.cli;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.Snappy;

/**
 * What the build runs to make the command's class-data archive: a small store is written, and the
 * commands that people use are run on it, so that their classes are loaded once. Not for users.
 */
final class ArchiveTraining {
  private static final String EXPERIMENT = "training";
  private static final int RUNS = 60;

  private ArchiveTraining() {}

  /**
   * Fails, and the build with it, if a command fails.
   *
   * @param args the folder that gets the native library of the codec; the command loads it from
   *     there, since the codec's own way leaves a copy in the temporary folder with each start
   */
  public static void main(String[] args) throws IOException {
    unpackCodec(Path.of(args[0]));
    Path root = Files.createTempDirectory("runlake-archive");
    try {
      String store = write(root.resolve("store").toString());
      for (List<String> command : commands()) {
        run(command, store);
      }
    } finally {
      delete(root);
    }
  }

  private static void unpackCodec(Path folder) throws IOException {
    String name = System.mapLibraryName("snappyjava");
    String resource = "native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + name;
    Files.createDirectories(folder);
    try (InputStream library = Snappy.class.getResourceAsStream(resource)) {
      if (library != null) {
        Files.copy(library, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static String write(String root) {
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      // Enough for a checkpoint and for reading on several threads.
      for (int i = 0; i < RUNS; i++) {
        try (ActiveRun run = runlake.startRun(EXPERIMENT)) {
          run.logParam("depth", 5);
          run.logMetric("accuracy", 0.97);
          run.setTag("team", "a");
          run.endRun();
        }
      }
    }
    return root;
  }

  private static List<List<String>> commands() {
    List<String> search =
        List.of(
            "runs",
            "search",
            "--experiment",
            EXPERIMENT,
            "--filter",
            "metrics.accuracy > 0.9 AND params.depth = '5' AND attributes.status = 'FINISHED'",
            "--order-by",
            "metrics.accuracy DESC");
    return List.of(
        search,
        Stream.concat(search.stream(), Stream.of("--json")).toList(),
        List.of("experiments", "list"),
        List.of("runs", "search", "--filter", "metrics.accuracy > 0.9", "--json"),
        List.of("models", "list"),
        List.of("models", "list", "--json"));
  }

  private static void run(List<String> command, String store) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args =
        Stream.concat(command.stream(), Stream.of("--store", store)).toArray(String[]::new);
    int code = Cli.run(args, new PrintWriter(out), new PrintWriter(err), Map.of());
    if (code != ExitCode.OK) {
      throw new IllegalStateException(command + " ended with " + code + ": " + err);
    }
  }

  /** On a slow machine the store may still write a checkpoint there; then something stays. */
  private static void delete(Path root) {
    try (Stream<Path> below = Files.walk(root)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("The temporary folder " + root + " is left: " + e);
    }
  }
}
