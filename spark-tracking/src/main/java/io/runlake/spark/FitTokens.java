package io.runlake.spark;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The outermost fits that are going on in this JVM. */
final class FitTokens {
  private static final Map<String, TuningWatch> LIVE = new ConcurrentHashMap<>();

  private FitTokens() {}

  static String begin(TuningWatch watch) {
    String token = UUID.randomUUID().toString();
    LIVE.put(token, watch);
    return token;
  }

  /** A thread of a pool carries the token of the fit that made it for ever; see {@link #isLive}. */
  static void end(String token) {
    LIVE.remove(token);
  }

  static boolean isLive(String token) {
    return token != null && LIVE.containsKey(token);
  }

  /** What hears of the fits inside a live one; empty for a token that is none. */
  static Optional<TuningWatch> watch(String token) {
    return token == null ? Optional.empty() : Optional.ofNullable(LIVE.get(token));
  }

  static int live() {
    return LIVE.size();
  }
}
