package io.runlake.store.delta;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts small processes on the class path of this one. */
final class ChildJvm {
  private ChildJvm() {}

  /** Starts a main class; its errors go where those of this process go. */
  static Process start(Class<?> main, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx192m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .directory(new File("."))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
