package io.runlake.autolog;

import java.util.Objects;

/**
 * A defined param of an estimator.
 *
 * @param name the param's name in Spark
 * @param value its value, or its default where none was set
 */
public record ParamFact(String name, ParamValue value) {
  public ParamFact {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
  }
}
