package io.runlake.autolog;

import java.util.List;
import java.util.Objects;

/**
 * How much the features of a model weigh.
 *
 * @param kind the name of the artifacts
 * @param weights those of greatest size first; a model of very many features keeps the first of
 *     them only
 */
public record FeatureWeights(Kind kind, List<Weight> weights) {
  /** What the weights are. */
  public enum Kind {
    /** The importances of a tree or an ensemble of trees, which sum to 1. */
    FEATURE_IMPORTANCE("feature_importance", "Feature importances"),
    /** The coefficients of a linear model, in the scale of the features. */
    COEFFICIENTS("coefficients", "Coefficients");

    private final String file;
    private final String title;

    Kind(String file, String title) {
      this.file = file;
      this.title = title;
    }

    String file() {
      return file;
    }

    String title() {
      return title;
    }
  }

  /**
   * One weight.
   *
   * @param label the class that the coefficient belongs to, in a model of more than two classes;
   *     else empty text
   */
  public record Weight(String label, String feature, double value) {
    public Weight {
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(feature, "feature");
    }

    String name() {
      return label.isEmpty() ? feature : label + ": " + feature;
    }
  }

  public FeatureWeights {
    Objects.requireNonNull(kind, "kind");
    weights = List.copyOf(weights);
  }
}
