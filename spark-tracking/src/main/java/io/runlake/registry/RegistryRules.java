package io.runlake.registry;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.Limits;
import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelException;
import io.runlake.flavor.ModelUri;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** MLflow's rules for names, aliases and tags of the registry. */
final class RegistryRules {
  private static final Pattern ALIAS = Pattern.compile("(?U)[\\w\\-]+");
  private static final Pattern LOOKS_LIKE_VERSION = Pattern.compile("[vV]\\d+");
  private static final int ALIAS_LENGTH = 255;

  private RegistryRules() {}

  static void checkName(String name) {
    if (name == null || name.isBlank()) {
      throw TrackingException.invalid("Registered model name cannot be empty.");
    }
    mapped(() -> new ModelUri.Latest(name));
  }

  static void checkAlias(String alias) {
    Limits.checkLength("alias name", alias, ALIAS_LENGTH);
    if (!ALIAS.matcher(alias).matches()) {
      throw TrackingException.invalid(
          "Invalid alias name: '"
              + alias
              + "'. An alias may only contain letters, digits, underscores (_) and dashes (-).");
    }
    if (alias.toLowerCase(Locale.ROOT).equals("latest")) {
      throw TrackingException.invalid(
          "'latest' alias name (case insensitive) is reserved: models:/<name>/latest is the newest"
              + " version.");
    }
    if (LOOKS_LIKE_VERSION.matcher(alias).matches()) {
      throw TrackingException.invalid(
          "Version alias name '" + alias + "' is reserved: it reads like a version number.");
    }
  }

  static void checkTag(String key, String value) {
    Limits.checkKey("tag", key);
    if (value == null) {
      throw TrackingException.invalid(
          "Missing value for required parameter 'value' of tag '" + key + "'.");
    }
    Limits.checkMaximum("The value of tag '" + key + "'", value, Limits.MODEL_TAG_VALUE);
  }

  /** Asks the model format, and gives its exceptions back under MLflow's codes. */
  static <T> T mapped(Supplier<T> call) {
    try {
      return call.get();
    } catch (ModelException e) {
      ErrorCode code =
          switch (e.kind()) {
            case NOT_FOUND -> ErrorCode.RESOURCE_DOES_NOT_EXIST;
            case EXISTS -> ErrorCode.RESOURCE_ALREADY_EXISTS;
            case STORAGE -> ErrorCode.TEMPORARILY_UNAVAILABLE;
            case DAMAGED -> ErrorCode.DATA_LOSS;
            case BAD_URI,
                BAD_FORMAT,
                FORBIDDEN_CLASS,
                INCOMPATIBLE,
                SIGNATURE,
                NOT_WRITABLE,
                ABANDONED ->
                ErrorCode.INVALID_PARAMETER_VALUE;
          };
      throw new TrackingException(code, e.getMessage(), e);
    }
  }
}
