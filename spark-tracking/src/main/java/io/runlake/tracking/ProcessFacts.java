package io.runlake.tracking;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What can be found out about this process: user, program, host, and the git work tree that it runs
 * in. Never fails. What may be slow (git, name services) is asked on a daemon thread, waited for a
 * moment only, and kept for a minute.
 */
final class ProcessFacts {
  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long GIT_SECONDS = 10;

  private static final ProcessFacts SELF = new ProcessFacts(Path.of("").toAbsolutePath(), PATIENCE);

  private final Path folder;
  private final Duration patience;
  private CompletableFuture<Map<String, String>> slow;
  private long slowSince;

  ProcessFacts(Path folder, Duration patience) {
    this.folder = folder;
    this.patience = patience;
  }

  static ProcessFacts self() {
    return SELF;
  }

  static String user() {
    return System.getProperty("user.name", "unknown");
  }

  /** The main class or jar that the JVM was started with. */
  static String source() {
    String command = System.getProperty("sun.java.command", "").strip();
    String[] words = command.split("\\s+", 2);
    return words[0].isEmpty() ? "unknown" : words[0];
  }

  /** Tags about host and git. */
  Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>(GitState.tags(folder));
    try {
      tags.putAll(slowTags().get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException missing) {
      // The run goes without them.
      tags.remove(Tags.GIT_DIRTY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return tags;
  }

  private synchronized CompletableFuture<Map<String, String>> slowTags() {
    boolean old = slow != null && slow.isDone() && System.nanoTime() - slowSince > KEPT_NANOS;
    if (slow == null || old) {
      slow = new CompletableFuture<>();
      slowSince = System.nanoTime();
      CompletableFuture<Map<String, String>> answer = slow;
      Thread asking = new Thread(() -> answer.complete(ask()), "runlake-process-facts");
      asking.setDaemon(true);
      asking.start();
    }
    return slow;
  }

  private Map<String, String> ask() {
    Map<String, String> tags = new TreeMap<>();
    tags.put(Tags.HOST, host());
    dirty().ifPresent(dirty -> tags.put(Tags.GIT_DIRTY, dirty ? "True" : "False"));
    return tags;
  }

  private static String host() {
    for (Supplier<String> way :
        java.util.List.<Supplier<String>>of(
            () -> System.getenv("HOSTNAME"),
            () -> System.getenv("COMPUTERNAME"),
            ProcessFacts::kernelHost,
            ProcessFacts::networkHost)) {
      String name = way.get();
      if (name != null && !name.isBlank()) {
        return name.strip();
      }
    }
    return "unknown";
  }

  private static String kernelHost() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname"));
    } catch (IOException | SecurityException elsewhere) {
      return "";
    }
  }

  private static String networkHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "";
    }
  }

  /** Whether tracked files differ from the last commit; only git itself can tell. */
  private Optional<Boolean> dirty() {
    Optional<Path> root = GitState.workTree(folder);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    try {
      ProcessBuilder git =
          new ProcessBuilder(
              "git",
              "-c",
              "core.fsmonitor=false",
              "-c",
              "core.hooksPath=/dev/null",
              "status",
              "--porcelain",
              "--untracked-files=no");
      git.directory(root.get().toFile());
      git.environment().put("GIT_OPTIONAL_LOCKS", "0");
      git.environment().put("GIT_TERMINAL_PROMPT", "0");
      git.redirectError(ProcessBuilder.Redirect.DISCARD);
      git.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      Process process = git.start();
      boolean changes = process.getInputStream().read() >= 0;
      process.getInputStream().close();
      boolean known = process.waitFor(GIT_SECONDS, TimeUnit.SECONDS);
      if (!known) {
        process.destroyForcibly();
      }
      return changes
          ? Optional.of(true)
          : known && process.exitValue() == 0 ? Optional.of(false) : Optional.empty();
    } catch (IOException | SecurityException noGit) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
