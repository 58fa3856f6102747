package io.runlake.flavor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The one place where a text becomes a path: no steps upwards, no encoded ones, no user-info. */
final class CanonicalPath {
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.\\-]*):(.*)", Pattern.DOTALL);
  private static final Pattern ENCODED = Pattern.compile("(?i)%(2e|2f|5c|25|00|23|3f)");

  /**
   * Schemes that no Hadoop file system of a lake answers to, or that would fetch from strangers.
   */
  private static final Set<String> REFUSED =
      Set.of(
          "http",
          "https",
          "ftp",
          "sftp",
          "data",
          "javascript",
          "jar",
          "mlflow-artifacts",
          "models",
          "runs");

  /** In these schemes the part before the at sign is the container. */
  private static final Set<String> CONTAINER = Set.of("abfs", "abfss", "wasb", "wasbs", "oci");

  private CanonicalPath() {}

  /** A full path: scheme in lower case, no doubled or trailing slashes. */
  static String of(String text) {
    if (text == null || text.isBlank()) {
      throw ModelUriParser.bad("", "it is empty");
    }
    checkCharacters(text);
    var matcher = SCHEME.matcher(text);
    if (!matcher.matches()) {
      boolean absolute = text.startsWith("/");
      String joined = String.join("/", segments(text, text));
      return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
    }
    String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
    if (REFUSED.contains(scheme)) {
      throw ModelUriParser.bad(text, "models are not read from '" + scheme + ":'");
    }
    String rest = matcher.group(2);
    if (!rest.startsWith("/")) {
      throw ModelUriParser.bad(text, "after '" + scheme + ":' the path must start with '/'");
    }
    if (!rest.startsWith("//")) {
      return scheme + ":/" + String.join("/", segments(text, rest));
    }
    int end = rest.indexOf('/', 2);
    String authority = end < 0 ? rest.substring(2) : rest.substring(2, end);
    checkAuthority(text, scheme, authority);
    String path = end < 0 ? "" : rest.substring(end);
    String joined = String.join("/", segments(text, path));
    return authority.isEmpty() ? scheme + ":/" + joined : scheme + "://" + authority + "/" + joined;
  }

  /** A path below something: at least one segment, not starting with a slash or a scheme. */
  static String relative(String text) {
    checkCharacters(text);
    if (text.isBlank() || text.startsWith("/") || SCHEME.matcher(text).matches()) {
      throw ModelUriParser.bad(text, "a path relative to the run's artifacts is wanted");
    }
    List<String> segments = segments(text, text);
    if (segments.isEmpty()) {
      throw ModelUriParser.bad(text, "a path relative to the run's artifacts is wanted");
    }
    return String.join("/", segments);
  }

  private static void checkAuthority(String text, String scheme, String authority) {
    if (scheme.equals("file") && !authority.isEmpty()) {
      throw ModelUriParser.bad(text, "a local path names no host: write file:/path");
    }
    int at = authority.lastIndexOf('@');
    if (at >= 0 && (!CONTAINER.contains(scheme) || authority.substring(0, at).indexOf(':') >= 0)) {
      throw ModelUriParser.bad(
          text, "user and password do not belong into a path; configure them in Hadoop's settings");
    }
  }

  private static void checkCharacters(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw ModelUriParser.bad(text, "it contains a control character");
    }
    if (text.indexOf('\\') >= 0 || text.indexOf('#') >= 0 || text.indexOf('?') >= 0) {
      throw ModelUriParser.bad(text, "'\\', '#' and '?' do not belong into a path");
    }
    if (text.chars().anyMatch(c -> "*{}[],".indexOf(c) >= 0)) {
      throw ModelUriParser.bad(
          text,
          "Spark reads '*', '{', '}', '[', ']' and ',' in a path as a pattern; choose another name");
    }
    if (ENCODED.matcher(text).find()) {
      throw ModelUriParser.bad(text, "it contains a percent-encoded dot, slash or sign");
    }
  }

  private static List<String> segments(String text, String path) {
    List<String> kept = new ArrayList<>();
    for (String segment : path.split("/")) {
      if (segment.equals("..")) {
        throw ModelUriParser.bad(text, "'..' does not belong into a path; write it out");
      }
      if (!segment.isEmpty() && !segment.equals(".")) {
        kept.add(segment);
      }
    }
    return kept;
  }
}
