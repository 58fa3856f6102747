package io.runlake.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks secrets before a text is stored or shown: user-info of URLs, passwords of JDBC URLs, signed
 * queries, and values that stand behind a name like a secret's. What is no secret stays as it is.
 */
public final class Redaction {
  /** What stands in a secret's place; the same text that Spark's own pages show. */
  public static final String MASK = "*********(redacted)";

  /** Words that make a name secret wherever they stand in it. */
  private static final Set<String> ALWAYS =
      Set.of(
          "password",
          "passwords",
          "passwd",
          "passphrase",
          "pwd",
          "secret",
          "secrets",
          "credential",
          "credentials",
          "apikey",
          "accesskey",
          "secretkey",
          "privatekey",
          "accountkey",
          "authorization");

  /** Words that make a name secret as its last word; {@code minTokenLength} is none. */
  private static final Set<String> LAST = Set.of("key", "keys", "token", "sas", "sig", "signature");

  /** What stands before {@code key} when the key opens nothing. */
  private static final Set<String> HARMLESS_KEYS =
      Set.of(
          "primary",
          "foreign",
          "partition",
          "sort",
          "join",
          "group",
          "row",
          "metric",
          "cluster",
          "public",
          "natural",
          "business",
          "surrogate",
          "cache");

  /** What stands before {@code key} when it opens something, wherever the pair stands. */
  private static final Set<String> OPENING_KEYS =
      Set.of("access", "account", "api", "private", "encryption", "shared", "secret", "master");

  /** In these schemes the part before the at sign is a container, not a user. */
  private static final Set<String> CONTAINER_SCHEMES =
      Set.of("abfs", "abfss", "wasb", "wasbs", "oci", "gopher");

  private static final Pattern URL_USER =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.\\-]{0,30})://([^/?#\\s\"'<>]{1,2000})@");
  private static final Pattern ORACLE =
      Pattern.compile("(?i)(jdbc:oracle:\\w{1,20}:)([^\\s@]{1,500})@");

  /** A name is tried where it begins and nowhere inside, so that a long text is read once. */
  private static final Pattern NAME =
      Pattern.compile("(?<![A-Za-z0-9_.\\-])([A-Za-z0-9_.\\-]++)\"?'?\\s{0,3}[=:]\\s{0,3}");

  private static final Pattern VALUE =
      Pattern.compile(
          "\\{[^}\\n]{0,2000}\\}|\"[^\"\\n]{0,4000}\"|'[^'\\n]{0,4000}'"
              + "|[^\\s,;&\"'<>)\\]}]++");
  private static final Pattern SCHEME_CREDENTIAL =
      Pattern.compile("(?i)\\b(Bearer|Basic|Negotiate)\\s+([A-Za-z0-9+/=._~\\-]{8,8000})");
  private static final Pattern WORD = Pattern.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+");

  private Redaction() {}

  /** Whether a value under this name is to be masked whatever it says. */
  public static boolean isSecret(String name) {
    List<String> words = words(name);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String before = i == 0 ? "" : words.get(i - 1);
      boolean last = i == words.size() - 1;
      if (ALWAYS.contains(word)
          || word.equals("key") && OPENING_KEYS.contains(before)
          || last && LAST.contains(word) && !HARMLESS_KEYS.contains(before)) {
        return true;
      }
    }
    return false;
  }

  /** The value as it may be stored under the name: masked, or with the secrets in it masked. */
  public static String value(String name, String value) {
    return isSecret(name) && !value.isEmpty() ? MASK : text(value);
  }

  /** A copy in the same order, every value passed through {@link #value}. */
  public static Map<String, String> map(Map<String, String> values) {
    Map<String, String> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, value == null ? null : value(name, value)));
    return copy;
  }

  /**
   * Arguments of a program: as {@link #text}, and what follows an option that is named like a
   * secret ({@code --password x}) is masked.
   */
  public static List<String> arguments(List<String> arguments) {
    List<String> copy = new ArrayList<>(arguments.size());
    boolean secretNext = false;
    for (String argument : arguments) {
      boolean option = argument.startsWith("-");
      copy.add(secretNext && !option ? MASK : text(argument));
      secretNext = option && argument.indexOf('=') < 0 && isSecret(argument);
    }
    return copy;
  }

  /** The text with the secrets that can be told from its form masked. */
  public static String text(String text) {
    String masked = text;
    if (text.indexOf('@') >= 0) {
      masked = URL_USER.matcher(masked).replaceAll(Redaction::maskUser);
      masked = ORACLE.matcher(masked).replaceAll(Redaction::maskOracle);
    }
    masked = SCHEME_CREDENTIAL.matcher(masked).replaceAll("$1 " + quoted(MASK));
    return maskNamed(masked);
  }

  private static String maskUser(java.util.regex.MatchResult found) {
    boolean container =
        CONTAINER_SCHEMES.contains(found.group(1).toLowerCase(Locale.ROOT))
            && found.group(2).indexOf(':') < 0;
    return quoted(container ? found.group() : found.group(1) + "://" + MASK + "@");
  }

  private static String maskOracle(java.util.regex.MatchResult found) {
    String user = found.group(2);
    int slash = user.indexOf('/');
    return quoted(
        slash < 0 ? found.group() : found.group(1) + user.substring(0, slash + 1) + MASK + "@");
  }

  /**
   * A value is passed over only if it was masked: what no secret's name stands before may hold one.
   */
  private static String maskNamed(String text) {
    StringBuilder masked = new StringBuilder(text.length());
    Matcher name = NAME.matcher(text);
    Matcher value = VALUE.matcher(text);
    int copied = 0;
    int from = 0;
    while (name.find(from)) {
      from = name.end();
      if (!isSecret(name.group(1)) || !value.region(from, text.length()).lookingAt()) {
        continue;
      }
      char first = text.charAt(from);
      String quote = first == '"' || first == '\'' ? String.valueOf(first) : "";
      if (text.startsWith(MASK, from + quote.length()) || text.startsWith("//", from)) {
        continue;
      }
      masked.append(text, copied, from).append(quote).append(MASK).append(quote);
      copied = value.end();
      from = copied;
    }
    return masked.append(text, copied, text.length()).toString();
  }

  private static String quoted(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }

  private static List<String> words(String name) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(name);
    while (matcher.find()) {
      words.add(matcher.group().toLowerCase(Locale.ROOT));
    }
    return words;
  }
}
