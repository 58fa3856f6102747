package io.runlake.tracking;

import io.runlake.errors.Limits;
import io.runlake.store.DatasetRef;
import io.runlake.text.Redaction;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a value before it is kept: secrets are masked first, then what is too long is cut
 * (with one warning for each kind) or refused. Thread-safe.
 */
final class ValueRules {
  private static final Logger LOG = LoggerFactory.getLogger(ValueRules.class);
  private static final int MESSAGE = 8000;

  /** The end of a value that was cut, as MLflow's autologging marks it. */
  private static final String CUT = "...";

  private final boolean truncate;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  ValueRules(boolean truncate) {
    this.truncate = truncate;
  }

  String param(String key, String value) {
    return fit("param", key, Redaction.value(key, value), Limits.PARAM_VALUE);
  }

  String tag(String key, String value) {
    return fit("tag", key, Redaction.value(key, value), Limits.RUN_TAG_VALUE);
  }

  DatasetRef dataset(DatasetRef dataset) {
    return new DatasetRef(
        dataset.kind(),
        fit("dataset", dataset.kind(), Redaction.text(dataset.name()), Limits.DATASET_NAME),
        dataset.version().map(Redaction::text),
        dataset.context().map(Redaction::text),
        dataset.digest(),
        dataset.schema().filter(schema -> schema.length() <= Limits.DATASET_SCHEMA));
  }

  /** The message of an end is cut in silence: it is ours or an exception's. */
  String message(String text) {
    return Limits.cut(Redaction.text(text), MESSAGE);
  }

  private String fit(String what, String key, String value, int maximum) {
    if (value.length() <= maximum) {
      return value;
    }
    if (!truncate) {
      Limits.checkMaximum("The value of " + what + " '" + key + "'", value, maximum);
    }
    if (warned.add(what)) {
      LOG.warn(
          "The value of {} '{}' has {} characters and is cut to {}, MLflow's limit. This is said"
              + " once; longer values of other {}s are cut too.",
          what,
          key,
          value.length(),
          maximum,
          what);
    }
    return Limits.cut(value, maximum - CUT.length()) + CUT;
  }
}
