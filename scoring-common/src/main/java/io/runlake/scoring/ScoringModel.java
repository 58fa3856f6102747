package io.runlake.scoring;

import io.runlake.flavor.AllowList;
import io.runlake.flavor.LoadOptions;
import io.runlake.flavor.LoadedModel;
import io.runlake.flavor.ModelUri;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.ResolvedModel;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * What a model URI meant when it was looked up.
 *
 * @param uri as it was given
 */
public record ScoringModel(ModelUri uri, ResolvedModel resolved) {
  /** The version by name and number, or the folder of a model that is not registered. */
  public String identity() {
    return resolved.name().isPresent() && resolved.version().isPresent()
        ? "models:/" + resolved.name().get() + "/" + resolved.version().get()
        : resolved.path();
  }

  /**
   * Loads it, checked against the registry's digest.
   *
   * @param classes what the model may name beside Spark's own
   * @throws io.runlake.flavor.ModelException if it is not what it has to be
   */
  public LoadedModel load(SparkSession spark, List<String> classes) {
    LoadOptions options = LoadOptions.defaults().withAllow(AllowList.standard().plus(classes));
    return SparkModels.load(
        spark, resolved.path(), resolved.digest().map(options::withExpectedDigest).orElse(options));
  }
}
