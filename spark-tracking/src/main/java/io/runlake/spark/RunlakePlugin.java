package io.runlake.spark;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Logs every fit of an application that does not know Runlake: {@code
 * spark.plugins=io.runlake.spark.RunlakePlugin}, with Runlake's jar given by {@code --jars} or
 * {@code spark.jars}, so that executors find it too. Settings stand under {@code spark.runlake.}.
 *
 * <p>Nothing that happens here fails the application: what does not work is one warning.
 */
public final class RunlakePlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  /** Nothing runs on executors. */
  @Override
  public ExecutorPlugin executorPlugin() {
    return null;
  }

  /** The driver's side. */
  private static final class Driver implements DriverPlugin {
    private SparkContext context;

    /** Weaves; touches no storage. */
    @Override
    public Map<String, String> init(SparkContext sparkContext, PluginContext pluginContext) {
      try {
        context = sparkContext;
        Guard.reset();
        Attachment.byPlugin(sparkContext);
        Weaving.start(sparkContext);
      } catch (Throwable e) {
        Guard.failed("the plugin could not start", e);
      }
      return Map.of();
    }

    /** The application has its id by now, and the listener bus is there. */
    @Override
    public void registerMetrics(String applicationId, PluginContext pluginContext) {
      try {
        Attachment.attach(context);
      } catch (Throwable e) {
        Guard.failed("the plugin could not listen", e);
      }
    }

    @Override
    public void shutdown() {
      Attachment.end(Attachment.END_BUDGET);
    }
  }
}
