package io.runlake.cli;

import picocli.CommandLine.Option;

/** The reason of a change, which the registry keeps beside who and when. */
final class WhyOption {
  @Option(names = "--why", paramLabel = "TEXT", description = "The reason, kept with the change.")
  private String text = "";

  String text() {
    return text;
  }
}
