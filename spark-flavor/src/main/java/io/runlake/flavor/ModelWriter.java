package io.runlake.flavor;

import org.apache.spark.ml.Transformer;

final class ModelWriter {
  ModelWriter(Transformer model, String path, SaveOptions options) {}

  SavedModel write() {
    throw new UnsupportedOperationException("being written");
  }
}
