package io.runlake.registry;

import io.runlake.errors.TrackingException;
import java.util.Locale;

/** MLflow's stages of a model version. Aliases are what one uses today. */
public enum Stage {
  NONE("None"),
  STAGING("Staging"),
  PRODUCTION("Production"),
  ARCHIVED("Archived");

  private final String label;

  Stage(String label) {
    this.label = label;
  }

  /** The name as MLflow writes it. */
  public String label() {
    return label;
  }

  /** Reads a stage, whatever its case. */
  public static Stage of(String text) {
    for (Stage stage : values()) {
      if (stage.label.toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT))) {
        return stage;
      }
    }
    throw TrackingException.invalid(
        "Invalid Model Version stage: "
            + text
            + ". Value must be one of None, Staging, Production, Archived.");
  }
}
