package io.runlake.spark;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The outermost fits that are going on in this JVM. */
final class FitTokens {
  private static final Set<String> LIVE = ConcurrentHashMap.newKeySet();

  private FitTokens() {}

  static String begin() {
    String token = UUID.randomUUID().toString();
    LIVE.add(token);
    return token;
  }

  /** A thread of a pool carries the token of the fit that made it for ever; see {@link #isLive}. */
  static void end(String token) {
    LIVE.remove(token);
  }

  static boolean isLive(String token) {
    return token != null && LIVE.contains(token);
  }

  static int live() {
    return LIVE.size();
  }
}
