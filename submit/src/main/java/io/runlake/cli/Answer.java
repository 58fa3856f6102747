package io.runlake.cli;

import java.util.function.Supplier;

/**
 * What a command found, for both readers; only the one that was asked for is made.
 *
 * @param json one document of maps, lists and values, as {@link JsonText} takes it
 * @param text lines for people, each ended
 * @param exitCode what the command ends with
 */
record Answer(Supplier<Object> json, Supplier<String> text, int exitCode) {
  /** Of a command that did what it says. */
  Answer(Supplier<Object> json, Supplier<String> text) {
    this(json, text, ExitCode.OK);
  }
}
