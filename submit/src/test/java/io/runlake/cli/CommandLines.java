package io.runlake.cli;

import java.util.Map;

/** The command for tests of other packages. */
public final class CommandLines {
  private CommandLines() {}

  /** The exit code of a command line, run in this JVM. */
  public static int run(String... args) {
    return Answers.to(Map.of(), args).exitCode();
  }
}
