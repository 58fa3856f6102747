package io.runlake.cli;

import java.util.Map;
import picocli.CommandLine.Option;

/** Which store a command is about. */
final class StoreOption {
  private static final String SCHEME = "delta:";
  private static final String DEFAULT = "delta:./runlake";

  private final Map<String, String> environment;

  @Option(
      names = "--store",
      paramLabel = "URI",
      description = {
        "The store: a root (a directory, file:, hdfs:, abfss:, ...) or delta:<root>.",
        "Default: the variable RUNLAKE_TRACKING_URI, else " + DEFAULT + "."
      })
  private String given;

  StoreOption(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The tracking URI. */
  String trackingUri() {
    String uri = given != null ? given : environment.getOrDefault(Variable.TRACKING_URI.key(), "");
    if (given != null && given.isBlank()) {
      throw new UsageException("--store is empty; give a root, for instance --store ./runlake.");
    }
    if (uri.isBlank()) {
      return DEFAULT;
    }
    return uri.startsWith(SCHEME) ? uri : SCHEME + uri;
  }
}
