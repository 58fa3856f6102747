package io.runlake.store;

import java.util.regex.Pattern;

/**
 * The id of an experiment, as MLflow allows it.
 *
 * @param value letters, digits, {@code _} and {@code -}, at most 64, the first a letter or digit
 */
public record ExperimentId(String value) {
  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,63}");

  public ExperimentId {
    if (value == null || !LEGAL.matcher(value).matches()) {
      throw StoreException.invalid(
          "Invalid experiment id '"
              + value
              + "': it takes letters, digits, '_' and '-', at most 64, and starts with a letter or"
              + " digit.");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
