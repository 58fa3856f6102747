package io.runlake.spark;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
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
  /** What an application's start waits for weaving, which takes about a second, if it hangs. */
  private static final Duration START_BUDGET = Duration.ofSeconds(30);

  private final Duration budget;
  private final Consumer<SparkContext> weave;
  private final Consumer<SparkContext> listen;

  /** As Spark makes it. */
  public RunlakePlugin() {
    this(START_BUDGET, Weaving::start, Attachment::attach);
  }

  /**
   * With other things to do at the start of an application.
   *
   * @param budget how long the start waits for them
   * @param weave what makes fits heard of
   * @param listen what listens to the application, when it has its id
   */
  RunlakePlugin(Duration budget, Consumer<SparkContext> weave, Consumer<SparkContext> listen) {
    this.budget = budget;
    this.weave = weave;
    this.listen = listen;
  }

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
  private final class Driver implements DriverPlugin {
    private final TimeBudget start = new TimeBudget(budget);
    private SparkContext context;

    /** Weaves; touches no storage. */
    @Override
    public Map<String, String> init(SparkContext sparkContext, PluginContext pluginContext) {
      try {
        context = sparkContext;
        Guard.reset();
        Attachment.byPlugin(sparkContext);
        start.run(() -> weave.accept(sparkContext));
      } catch (Throwable e) {
        Guard.failed("the plugin could not start", e);
      }
      return Map.of();
    }

    /** The application has its id by now, and the listener bus is there. */
    @Override
    public void registerMetrics(String applicationId, PluginContext pluginContext) {
      try {
        start.run(() -> listen.accept(context));
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
