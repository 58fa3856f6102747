package io.runlake.spark;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The outermost fits that are going on in this JVM, and what the latest that threw have left
 * behind: Spark does not stop the other threads of a parallel fit when one of them throws.
 */
final class FitTokens {
  private static final int MAX_LEFT = 256;
  private static final Map<String, TuningWatch> LIVE = new ConcurrentHashMap<>();
  private static final Map<String, Set<String>> LEFT =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
              return size() > MAX_LEFT;
            }
          });

  private FitTokens() {}

  static String begin(TuningWatch watch) {
    String token = UUID.randomUUID().toString();
    LIVE.put(token, watch);
    return token;
  }

  /** A thread of a pool carries the token of the fit that made it for ever; see {@link #isLive}. */
  static void end(String token) {
    Set<String> left = watch(token).map(TuningWatch::leftBehind).orElse(Set.of());
    if (!left.isEmpty()) {
      LEFT.put(token, left);
    }
    LIVE.remove(token);
  }

  static boolean isLive(String token) {
    return token != null && LIVE.containsKey(token);
  }

  /** What hears of the fits inside a live one; empty for a token that is none. */
  static Optional<TuningWatch> watch(String token) {
    return token == null ? Optional.empty() : Optional.ofNullable(LIVE.get(token));
  }

  /**
   * What the threads with this token go on with, if its fit threw: the uids of what was inside it.
   * Other fits on such a thread are nobody's: it may be one of a pool of the user's.
   */
  static Set<String> leftBehind(String token) {
    return token == null ? Set.of() : LEFT.getOrDefault(token, Set.of());
  }

  static int live() {
    return LIVE.size();
  }
}
