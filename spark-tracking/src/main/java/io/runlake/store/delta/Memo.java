package io.runlake.store.delta;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Texts that stand in row after row, such as the keys of params, held once. It takes no more when
 * it is full. Thread-safe.
 */
final class Memo {
  private static final int MOST = 10_000;
  private static final int LONGEST = 100;

  private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

  private Memo() {}

  /** The text that is held, if an equal one is; else the text itself. */
  static String of(String text) {
    String held = TEXTS.get(text);
    if (held != null) {
      return held;
    }
    if (TEXTS.size() < MOST && text.length() <= LONGEST) {
      TEXTS.put(text, text);
    }
    return text;
  }
}
