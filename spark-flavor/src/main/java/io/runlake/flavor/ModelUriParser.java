package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import io.runlake.text.Redaction;

/** Takes {@code models:/} and {@code runs:/} apart. */
final class ModelUriParser {
  private static final String FORMS =
      "write models:/name/3, models:/name@alias, models:/name/Production, models:/name/latest,"
          + " runs:/run_id/path, or a path";
  private static final int MAX_NAME = 256;

  private ModelUriParser() {}

  static ModelUri registered(String text) {
    String rest = body(text, "models:");
    int slash = rest.indexOf('/');
    int at = rest.lastIndexOf('@');
    if (slash >= 0) {
      String name = rest.substring(0, slash);
      String selector = rest.substring(slash + 1);
      if (selector.indexOf('/') >= 0) {
        throw bad(text, "more than two parts stand after models:/; " + FORMS);
      }
      if (name.indexOf('@') >= 0) {
        throw bad(text, "an alias and a version or stage exclude each other; " + FORMS);
      }
      return selected(text, name, selector);
    }
    if (at >= 0) {
      return new ModelUri.Alias(rest.substring(0, at), rest.substring(at + 1));
    }
    if (rest.matches("m-[0-9a-f]{32}")) {
      throw bad(
          text, "'" + rest + "' is the id of a logged model, which has no version here; " + FORMS);
    }
    throw bad(text, "neither a version nor an alias is named; " + FORMS);
  }

  private static ModelUri selected(String text, String name, String selector) {
    if (selector.isEmpty()) {
      throw bad(text, "nothing stands after the name; " + FORMS);
    }
    if (selector.equalsIgnoreCase("latest")) {
      return new ModelUri.Latest(name);
    }
    if (selector.matches("[-+.0-9]+")) {
      try {
        if (selector.matches("[0-9]+")) {
          return new ModelUri.Version(name, Integer.parseInt(selector));
        }
      } catch (NumberFormatException tooLarge) {
        throw bad(text, "'" + selector + "' is too large for a version number");
      }
      throw bad(text, "'" + selector + "' is no version number; versions are 1, 2, 3, ...");
    }
    return new ModelUri.Stage(name, selector);
  }

  static ModelUri runArtifact(String text) {
    String rest = body(text, "runs:");
    int slash = rest.indexOf('/');
    if (slash < 0 || slash == rest.length() - 1) {
      throw bad(text, "the path of the model under the run is missing, as in runs:/<run id>/model");
    }
    return new ModelUri.RunArtifact(rest.substring(0, slash), rest.substring(slash + 1));
  }

  private static String body(String text, String scheme) {
    String rest = text.substring(scheme.length());
    if (rest.startsWith("//")) {
      throw bad(text, scheme + "// names a server, and there is none here; " + FORMS);
    }
    if (!rest.startsWith("/") || rest.length() == 1) {
      throw bad(text, "after " + scheme + " comes a slash and a name; " + FORMS);
    }
    return rest.substring(1);
  }

  static void checkName(String name) {
    if (name.isBlank() || name.length() > MAX_NAME) {
      throw bad(
          name,
          "the name of a registered model has 1 to "
              + MAX_NAME
              + " characters, not "
              + name.length());
    }
    if (name.indexOf('/') >= 0
        || name.indexOf('\\') >= 0
        || name.indexOf('%') >= 0
        || name.indexOf('@') >= 0) {
      throw bad(name, "the name of a registered model may not contain '/', '\\', '%' or '@'");
    }
    if (name.equals(".") || name.equals("..") || name.chars().anyMatch(Character::isISOControl)) {
      throw bad(name, "this cannot be the name of a registered model");
    }
  }

  static ModelException bad(String text, String why) {
    String shown = Redaction.text(shorten(text));
    return new ModelException(Kind.BAD_URI, shown, "Bad model URI '" + shown + "': " + why);
  }

  private static String shorten(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 300 ? printable : printable.substring(0, 300) + "...";
  }
}
