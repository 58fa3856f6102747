package io.runlake.flavor;

import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.types.StructType;

final class SignatureInference {
  private SignatureInference() {}

  static Signature infer(StructType schema, Transformer model) {
    throw new UnsupportedOperationException("being written");
  }
}
