package io.runlake.flavor;

import org.apache.spark.sql.SparkSession;

final class ModelLoader {
  ModelLoader(SparkSession spark, String path, LoadOptions options) {}

  LoadedModel load() {
    throw new UnsupportedOperationException("being written");
  }
}
