package io.runlake.cli;

/** Every environment variable that a user may set: what reads it, what it means. */
enum Variable {
  TRACKING_URI(
      "RUNLAKE_TRACKING_URI",
      "the command, the scoring jobs, the plugin",
      "delta:./runlake; on a cluster none",
      "the store, where no flag or setting names one"),
  JAVA_HOME("JAVA_HOME", "all scripts", "the java on the PATH", "the JDK 17 to run on"),
  SPARK_HOME(
      "SPARK_HOME",
      "submit/bin/spark-submit",
      "the Spark that the build assembles",
      "a Spark 3.5, 4.0 or 4.1 to use"),
  SPARK_LOCAL_IP(
      "SPARK_LOCAL_IP",
      "submit/bin/spark-submit with the embedded Spark",
      "127.0.0.1",
      "the address that Spark binds to"),
  CLASSPATH(
      "RUNLAKE_CLASSPATH",
      "submit/bin/runlake",
      "none",
      "more jars, for file systems such as abfss:"),
  JAVA_OPTS("RUNLAKE_JAVA_OPTS", "submit/bin/runlake", "none", "more JVM options"),
  DEBUG(
      "RUNLAKE_DEBUG",
      "submit/bin/runlake",
      "off",
      "anything but empty: stack traces, and the JVM's warnings"),
  TEMPORARY(
      "TMPDIR", "all scripts", "/tmp", "where temporary files go, the store of quickstart too");

  private final String key;
  private final String readBy;
  private final String fallback;
  private final String meaning;

  Variable(String key, String readBy, String fallback, String meaning) {
    this.key = key;
    this.readBy = readBy;
    this.fallback = fallback;
    this.meaning = meaning;
  }

  String key() {
    return key;
  }

  String readBy() {
    return readBy;
  }

  /** What holds where it is not set. */
  String fallback() {
    return fallback;
  }

  String meaning() {
    return meaning;
  }
}
