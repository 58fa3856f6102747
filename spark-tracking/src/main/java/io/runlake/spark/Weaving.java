package io.runlake.spark;

import java.io.IOException;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns autologging without a code change on: by weaving, or where that is forbidden by events. */
final class Weaving {
  private static final Logger LOG = LoggerFactory.getLogger(Weaving.class);

  private Weaving() {}

  static void start(SparkContext context) {
    try {
      Weaver.install(Woven::called);
    } catch (IOException e) {
      LOG.debug("Weaving failed.", e);
      Guard.say(
          "weaving",
          "estimators cannot be woven: "
              + e.getMessage()
              + ". Only pipelines are logged, and without their models. Give Runlake's jar to the"
              + " driver with -javaagent (spark.driver.extraJavaOptions), or wrap estimators with"
              + " io.runlake.spark.TrackedEstimator.");
      PipelineEvents.listenTo(context);
    }
  }
}
