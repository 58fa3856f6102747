package io.runlake.spark;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** The warnings and errors that Runlake writes to the log while this is open. */
final class Complaints extends AbstractAppender implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LogManager.getRootLogger();

  Complaints() {
    super("complaints", null, null, true, Property.EMPTY_ARRAY);
    start();
    root.addAppender(this);
  }

  @Override
  public void append(LogEvent event) {
    if (event.getLevel().isMoreSpecificThan(Level.WARN)
        && event.getLoggerName().startsWith("io.runlake")) {
      lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /**
   * Neither that something is late, which on a slow machine any fit can be, nor where it is kept.
   */
  List<String> ofFaults() {
    return lines.stream()
        .filter(line -> !line.contains(" in time (") && !line.contains("; it is kept in "))
        .toList();
  }

  @Override
  public void close() {
    root.removeAppender(this);
    stop();
  }
}
