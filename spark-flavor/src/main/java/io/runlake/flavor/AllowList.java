package io.runlake.flavor;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The classes that a model folder may name. Loading a Spark model calls the class that the folder
 * names, so whoever may add to this list may run code.
 *
 * @param patterns full class names, or a package followed by {@code .*}, which includes its
 *     subpackages
 */
public record AllowList(List<String> patterns) {
  /** Spark's own stages and models. */
  public static final String SPARK_ML = "org.apache.spark.ml.*";

  /**
   * Spark's older classes that its own models name in their files: bisecting k-means keeps an old
   * model inside, a Gaussian mixture old matrices.
   */
  private static final List<String> OLDER =
      List.of(
          "org.apache.spark.mllib.clustering.BisectingKMeansModel",
          "org.apache.spark.mllib.linalg.MatrixUDT",
          "org.apache.spark.mllib.linalg.VectorUDT");

  private static final Pattern PATTERN =
      Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*(\\.\\*)?");

  /** Checks the patterns. */
  public AllowList {
    patterns = List.copyOf(patterns);
    for (String pattern : patterns) {
      if (!PATTERN.matcher(pattern).matches()) {
        throw new IllegalArgumentException(
            "'" + pattern + "' is neither a full class name nor a package followed by '.*'");
      }
    }
  }

  /** Spark's own classes and nothing else. */
  public static AllowList standard() {
    return new AllowList(List.of(SPARK_ML)).plus(OLDER);
  }

  /** A copy with more patterns. */
  public AllowList plus(List<String> more) {
    List<String> all = new ArrayList<>(patterns);
    all.addAll(more);
    return new AllowList(all);
  }

  /** Whether a class of this name may be loaded. */
  public boolean allows(String className) {
    return patterns.stream()
        .anyMatch(
            pattern ->
                pattern.endsWith(".*")
                    ? className.startsWith(pattern.substring(0, pattern.length() - 1))
                    : className.equals(pattern));
  }
}
