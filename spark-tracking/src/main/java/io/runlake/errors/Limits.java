package io.runlake.errors;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * MLflow's limits on names and values (its {@code utils/validation.py}), with the values in the
 * message of what breaks one.
 */
public final class Limits {
  /** Characters of a key of a param, metric or tag. */
  public static final int KEY = 250;

  /** Metrics of one call. */
  public static final int BATCH_METRICS = 1000;

  /** Params of one call. */
  public static final int BATCH_PARAMS = 100;

  /** Tags of one call. */
  public static final int BATCH_TAGS = 100;

  /** Bytes of the keys and values of one call, in UTF-8. */
  public static final int BATCH_BYTES = 1_000_000;

  /** Characters of a param's value. */
  public static final int PARAM_VALUE = 6000;

  /** Characters of a run's tag. */
  public static final int RUN_TAG_VALUE = 8000;

  /** Characters of an experiment's tag. */
  public static final int EXPERIMENT_TAG_VALUE = 5000;

  /** Characters of a tag of a registered model or a version. */
  public static final int MODEL_TAG_VALUE = 100_000;

  /** Characters of an experiment's name. */
  public static final int EXPERIMENT_NAME = 500;

  /** Characters of a dataset's name. */
  public static final int DATASET_NAME = 500;

  /** Characters of a dataset's schema. */
  public static final int DATASET_SCHEMA = 1_048_575;

  /** The first millisecond that a time may not have: the year 10000. */
  public static final long TIMESTAMP_END = 253_402_300_800_000L;

  private static final Pattern KEY_CHARACTERS = Pattern.compile("(?U)[/\\w.\\- :]*");
  private static final int SHOWN = 100;

  private Limits() {}

  /**
   * Checks the key of a param, metric or tag.
   *
   * @param what {@code param}, {@code metric} or {@code tag}
   */
  public static void checkKey(String what, String key) {
    if (key == null || key.isEmpty()) {
      throw TrackingException.invalid(
          "Missing value for required parameter 'key': the name of a " + what + " is empty.");
    }
    if (key.length() > KEY) {
      throw TrackingException.invalid(
          "The name of a "
              + what
              + " has "
              + key.length()
              + " characters: '"
              + shown(key)
              + "' exceeds the maximum length of "
              + KEY
              + " characters.");
    }
    if (!KEY_CHARACTERS.matcher(key).matches()) {
      throw TrackingException.invalid(
          "Invalid "
              + what
              + " name: '"
              + printable(key)
              + "'. Names may only contain letters, digits, underscores (_), dashes (-), periods (.),"
              + " spaces ( ), colons (:) and slashes (/).");
    }
    if (!isNormalPath(key)) {
      throw TrackingException.invalid(
          "Invalid "
              + what
              + " name: '"
              + key
              + "'. Names are used as paths: relative, without empty, '.' or '..' parts, and not"
              + " beginning with '..'"
              + suggestion(key)
              + ".");
    }
  }

  /** Checks that a text is not empty and not too long. */
  public static void checkLength(String what, String text, int maximum) {
    if (text == null || text.isBlank()) {
      throw TrackingException.invalid(
          "Missing value for required parameter '" + what + "': it is empty.");
    }
    checkMaximum(what, text, maximum);
  }

  /** Checks that a text is not too long. */
  public static void checkMaximum(String what, String text, int maximum) {
    if (text.length() > maximum) {
      throw TrackingException.invalid(
          what
              + " has "
              + text.length()
              + " characters: '"
              + shown(text)
              + "' exceeds the maximum length of "
              + maximum
              + " characters.");
    }
  }

  /** Checks that one call does not log more than MLflow takes in one request. */
  public static void checkBatch(String what, int count, int maximum) {
    if (count > maximum) {
      throw TrackingException.invalid(
          "One call takes at most "
              + maximum
              + " "
              + what
              + "; this one has "
              + count
              + ", and none of them was logged. Log them in several calls.");
    }
  }

  /** Checks that the texts of one call are not larger than MLflow takes in one request. */
  public static void checkBatchBytes(String what, Map<String, String> values) {
    long bytes = 0;
    for (Map.Entry<String, String> value : values.entrySet()) {
      bytes += value.getKey().getBytes(StandardCharsets.UTF_8).length;
      bytes += value.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > BATCH_BYTES) {
      throw TrackingException.invalid(
          "The "
              + what
              + " of one call may hold at most "
              + BATCH_BYTES
              + " bytes of keys and values; these hold "
              + bytes
              + ", and none of them was logged. Log them in several calls, or long texts as"
              + " artifacts.");
    }
  }

  /**
   * Checks a time and gives its milliseconds since the epoch.
   *
   * @param parameter its name, such as {@code 'timestamp' of metric 'loss'}
   */
  public static long millis(String parameter, Instant time) {
    if (time == null) {
      throw TrackingException.invalid("Missing value for required parameter " + parameter + ".");
    }
    long seconds = time.getEpochSecond();
    if (seconds < 0 || seconds >= TIMESTAMP_END / 1000) {
      throw TrackingException.invalid(
          "Invalid value "
              + time
              + " for parameter "
              + parameter
              + " supplied: it is not within 1970 to the end of 9999 (0 to "
              + (TIMESTAMP_END - 1)
              + " milliseconds since the epoch).");
    }
    return time.toEpochMilli();
  }

  /** The first so many characters; a surrogate pair is not cut in two. */
  public static String cut(String text, int maximum) {
    if (text.length() <= maximum) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(maximum - 1)) ? maximum - 1 : maximum;
    return text.substring(0, end);
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? printable(text) : printable(cut(text, SHOWN)) + "...";
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private static boolean isNormalPath(String key) {
    return !key.equals(".")
        && !key.startsWith("..")
        && key.charAt(0) != '/'
        && normalised(key).equals(key);
  }

  private static String suggestion(String key) {
    String normal = normalised(key);
    return normal.isEmpty() || !isNormalPath(normal) ? "" : "; write it as '" + normal + "'";
  }

  /** As Python's {@code posixpath.normpath}, of a relative path. */
  private static String normalised(String key) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : key.split("/", -1)) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..") && !parts.isEmpty()) {
        parts.removeLast();
      } else if (!part.equals("..")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }
}
