package io.runlake.errors;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * MLflow's limits on names and values (its {@code utils/validation.py}), with the values in the
 * message of what breaks one.
 */
public final class Limits {
  /** Characters of a key of a param, metric or tag. */
  public static final int KEY = 250;

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

  /** The first millisecond that a metric's timestamp may not have: the year 10000. */
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
              + "'. Names are used as paths: write it as '"
              + normalised(key)
              + "'.");
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

  /** Checks a metric's timestamp, in milliseconds since the epoch. */
  public static void checkTimestamp(String key, long timestamp) {
    if (timestamp < 0 || timestamp >= TIMESTAMP_END) {
      throw TrackingException.invalid(
          "Invalid value "
              + timestamp
              + " for parameter 'timestamp' of metric '"
              + key
              + "' supplied: it is in milliseconds from 1970 to the end of 9999.");
    }
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
