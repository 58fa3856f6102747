package io.runlake.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a figure depends on besides the code. */
final class Machine {
  private Machine() {}

  /** Processors and the load over the last minute, or -1 where it is not told. */
  static Map<String, Object> now() {
    Map<String, Object> now = new LinkedHashMap<>();
    now.put("processors", Runtime.getRuntime().availableProcessors());
    now.put(
        "load",
        Figures.rounded(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    return now;
  }
}
