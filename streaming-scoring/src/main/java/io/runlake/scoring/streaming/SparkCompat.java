package io.runlake.scoring.streaming;

import org.apache.spark.sql.streaming.DataStreamWriter;

/** What Spark's lines from 3.5 to 4.1 name differently in their class files. */
final class SparkCompat {
  private SparkCompat() {}

  /** {@code DataStreamWriter.option}, whose descriptor differs between 3.5 and 4. */
  static <T> void option(DataStreamWriter<T> writer, String key, String value) {
    try {
      writer.getClass().getMethod("option", String.class, String.class).invoke(writer, key, value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Spark's DataStreamWriter takes no options.", e);
    }
  }
}
