package io.runlake.scoring;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Where the job gets Spark from: its own session, made when it is first wanted, or a caller's. */
public abstract sealed class JobSession {
  private static final String HADOOP = "spark.hadoop.";
  private static final String EXTENSIONS = "spark.sql.extensions";
  private static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
  private static final String CATALOG = "spark.sql.catalog.spark_catalog";
  private static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

  private static final String TRACKING_URI = "spark.runlake.tracking.uri";
  private static final String TRACKING_VARIABLE = "RUNLAKE_TRACKING_URI";

  /** Set in every JVM of a Databricks cluster. */
  private static final String DATABRICKS = "DATABRICKS_RUNTIME_VERSION";

  private static final Pattern SCHEME = Pattern.compile("(delta|memory):.*");

  private JobSession() {}

  /** The session of a program of ours, configured for Delta. */
  public static JobSession own() {
    return new Own();
  }

  /** A session that someone else made and keeps. */
  public static JobSession of(SparkSession spark) {
    return new Given(spark);
  }

  /** A Spark setting; answers without starting Spark. */
  public abstract Optional<String> setting(String key);

  /** The settings of Hadoop's file systems, by their Hadoop names. */
  public abstract Map<String, String> fileSystem();

  /** The session; starts it if it is our own. */
  public abstract SparkSession spark(String appName);

  /**
   * Sees to it that Spark, where the session is our own, writes a table as safely as Runlake does.
   * A given session is its owner's.
   *
   * @throws JobException BAD_INPUT if it does not
   */
  public abstract void requireLogStore(String table);

  /** Stops the session if it is our own and runs. */
  public abstract void stop();

  /**
   * Ends a program of ours with its exit code. A job that is done returns from {@code main}: YARN
   * takes a driver that exits by itself for a failed one. On Databricks, where neither context nor
   * JVM are the job's to end, one that is not done throws.
   */
  public final void end(ExitCode exit) {
    if (System.getenv(DATABRICKS) != null) {
      if (exit != ExitCode.DONE) {
        throw new IllegalStateException(
            "The job ended with exit code " + exit.code() + ": " + exit.meaning() + ".");
      }
      return;
    }
    stop();
    if (exit != ExitCode.DONE) {
      System.exit(exit.code());
    }
  }

  /**
   * Runs work in a new session beside another one, as the active session of this thread. A new
   * session keeps the job's settings and its query listener apart from the caller's.
   */
  public static <T> T beside(SparkSession spark, Function<SparkSession, T> work) {
    SparkSession own = spark.newSession();
    // Both passes must parse the same columns of a line, or a line is corrupt in one of them only.
    own.conf().set("spark.sql.csv.parser.columnPruning.enabled", false);
    return ScalaInterop.withActive(own, () -> work.apply(own));
  }

  /**
   * The tracking URI that a job works with.
   *
   * @param given by the job's own setting; it wins
   * @throws JobException BAD_INPUT if there is none on a cluster
   */
  public final String trackingUri(Optional<String> given) {
    Optional<String> uri =
        given
            .or(() -> setting(TRACKING_URI))
            .or(() -> Optional.ofNullable(System.getenv(TRACKING_VARIABLE)));
    if (uri.isEmpty() && !setting("spark.master").orElse("local").startsWith("local")) {
      throw JobException.badInput(
          "Missing store: on a cluster there is no default. Give --store, "
              + TRACKING_URI
              + " or the variable "
              + TRACKING_VARIABLE
              + ".");
    }
    String text = uri.orElse("delta:./runlake");
    return SCHEME.matcher(text).matches() ? text : "delta:" + text;
  }

  private static final class Own extends JobSession {
    private final SparkConf conf = new SparkConf();
    private SparkSession spark;

    @Override
    public Optional<String> setting(String key) {
      return conf.contains(key) ? Optional.of(conf.get(key)) : Optional.empty();
    }

    @Override
    public Map<String, String> fileSystem() {
      return ScalaInterop.withPrefix(conf, HADOOP);
    }

    @Override
    public SparkSession spark(String appName) {
      String extensions = conf.get(EXTENSIONS, "");
      if (!extensions.contains(DELTA_EXTENSION)) {
        conf.set(
            EXTENSIONS,
            extensions.isEmpty() ? DELTA_EXTENSION : extensions + "," + DELTA_EXTENSION);
      }
      conf.setIfMissing(CATALOG, DELTA_CATALOG);
      LogStores.install(conf);
      conf.setIfMissing("spark.app.name", appName);
      spark = SparkSession.builder().config(conf).getOrCreate();
      return spark;
    }

    /** On Databricks the context was there before, and so was what its Delta writes with. */
    @Override
    public void requireLogStore(String table) {
      if (System.getenv(DATABRICKS) == null) {
        LogStores.require(spark.sparkContext().getConf(), table);
      }
    }

    @Override
    public void stop() {
      if (spark != null) {
        spark.stop();
      }
    }
  }

  private static final class Given extends JobSession {
    private final SparkSession spark;

    private Given(SparkSession spark) {
      this.spark = spark;
    }

    @Override
    public Optional<String> setting(String key) {
      return Optional.of(spark.conf().get(key, "")).filter(value -> !value.isEmpty());
    }

    @Override
    public Map<String, String> fileSystem() {
      return ScalaInterop.withPrefix(spark.sparkContext().getConf(), HADOOP);
    }

    @Override
    public SparkSession spark(String appName) {
      return spark;
    }

    @Override
    public void requireLogStore(String table) {}

    @Override
    public void stop() {}
  }
}
