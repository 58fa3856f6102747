package io.runlake.cli;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the build runs to make the command's class-data archive: a small store is written, and the
 * commands that people use are run on it, so that their classes are loaded once. Not for users.
 */
final class ArchiveTraining {
  private static final String EXPERIMENT = "training";

  private ArchiveTraining() {}

  /** Fails, and the build with it, if a command fails. */
  public static void main(String[] args) throws IOException {
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

  private static String write(String root) {
    try (Runlake runlake = Runlake.open("delta:" + root);
        ActiveRun run = runlake.startRun(EXPERIMENT)) {
      run.logParam("depth", 5);
      run.logMetric("accuracy", 0.97);
      run.setTag("team", "a");
      run.endRun();
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

  private static void delete(Path root) throws IOException {
    try (Stream<Path> below = Files.walk(root)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
