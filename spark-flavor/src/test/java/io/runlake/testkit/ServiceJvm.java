package io.runlake.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service in a JVM of its own, with the class path of a module that no other depends on. It says
 * its address on a line of its output, and ends with its standard input and so with this JVM.
 */
final class ServiceJvm implements AutoCloseable {
  private final Process process;
  private final String address;

  private ServiceJvm(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts a service and waits until it can be used.
   *
   * @param module the folder of the module, which is built
   * @param prefix how the line with the address begins
   * @param log where its errors go
   */
  static ServiceJvm start(
      String module, String heap, String main, String prefix, Path log, String... args)
      throws IOException {
    Path target = TestSpark.projectRoot().resolve(module).resolve("target");
    Path libraries = target.resolve("class-path");
    if (!Files.exists(libraries)) {
      throw new IllegalStateException(
          "There is no " + libraries + ". Build it once: mvn -pl " + module + " package");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(target.resolve("classes") + File.pathSeparator + Files.readString(libraries));
    command.add(main);
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
    String line;
    while ((line = out.readLine()) != null) {
      if (line.startsWith(prefix)) {
        return new ServiceJvm(process, line);
      }
    }
    throw new IllegalStateException(main + " did not start:\n" + Files.readString(log));
  }

  String address() {
    return address;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
