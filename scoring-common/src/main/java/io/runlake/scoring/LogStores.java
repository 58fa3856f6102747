package io.runlake.scoring;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;

/**
 * What Spark writes the logs of Delta tables with, where Delta's own lets two processes overwrite
 * each other's commits: on local disks and on S3. Read by Delta when the SparkContext starts, on
 * the driver and on executors; only programs of ours set it.
 */
public final class LogStores {
  /** For all file systems at once; Delta refuses it beside one for a scheme. */
  private static final String ANY = "spark.delta.logStore.class";

  private static final String ON_S3 = "io.runlake.store.delta.S3LogStore";

  /** By scheme. */
  private static final Map<String, String> OURS =
      new TreeMap<>(
          Map.of("file", "io.runlake.store.delta.LocalLogStore", "s3", ON_S3, "s3a", ON_S3));

  private LogStores() {}

  /** Sets them, where nothing else is set. */
  static void install(SparkConf conf) {
    if (!conf.contains(ANY)) {
      OURS.forEach((scheme, ours) -> conf.setIfMissing(key(scheme), ours));
    }
  }

  /**
   * Refuses a table to be written with a log store that is not as safe as the one by which Runlake
   * writes there itself.
   *
   * @param started the settings that the SparkContext runs with
   * @throws JobException BAD_INPUT naming setting and mend
   */
  public static void require(SparkConf started, String table) {
    String scheme = Optional.ofNullable(new Path(table).toUri().getScheme()).orElse("file");
    String ours = OURS.get(scheme);
    if (ours == null) {
      return;
    }
    Optional<String> any = setting(started, ANY);
    Optional<String> found = any.or(() -> setting(started, key(scheme)));
    if (!found.equals(Optional.of(ours))) {
      throw JobException.badInput(
          "Writing "
              + table
              + " needs "
              + key(scheme)
              + "="
              + ours
              + " from the start of Spark on, or a commit could overwrite one of another program; "
              + (any.isPresent() ? ANY + " is " + any.get() : "it is " + found.orElse("not set"))
              + ". "
              + (found.isPresent() ? "Remove that setting." : "Set it."));
    }
  }

  private static Optional<String> setting(SparkConf conf, String key) {
    return conf.contains(key) ? Optional.of(conf.get(key)) : Optional.empty();
  }

  private static String key(String scheme) {
    return "spark.delta.logStore." + scheme + ".impl";
  }
}
