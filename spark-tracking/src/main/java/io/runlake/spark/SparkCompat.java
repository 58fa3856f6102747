package io.runlake.spark;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.LiveListenerBus;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerInterface;
import org.apache.spark.sql.execution.datasources.FileIndex;

/**
 * What differs between the Spark lines in use, 3.5 to 4.1 with Scala 2.12 and 2.13, or is not
 * public in their sources. Methods whose descriptors name {@code immutable.Seq}, which is another
 * class in 2.12, are called by reflection.
 */
final class SparkCompat {
  /** The queue of our listeners on Spark's bus. */
  static final String QUEUE = "runlake";

  private SparkCompat() {}

  /** The root paths of a file index; at most so many. */
  static List<Path> rootPaths(FileIndex index, int most) {
    List<Path> paths = new ArrayList<>();
    for (Object path : ScalaInterop.list(call(index, "rootPaths"), most)) {
      paths.add((Path) path);
    }
    return paths;
  }

  /**
   * Puts a listener on a queue of its own, so that neither delays the other.
   *
   * @return false if this Spark has no such door
   */
  static boolean addToOwnQueue(SparkContext context, SparkListenerInterface listener) {
    try {
      context.listenerBus().addToQueue(listener, QUEUE);
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  /** How many events Spark has dropped because the queue of our listeners was full. */
  static long droppedEvents(SparkContext context) {
    try {
      return droppedEvents(context.listenerBus());
    } catch (RuntimeException | LinkageError e) {
      return 0;
    }
  }

  static long droppedEvents(LiveListenerBus bus) {
    Object registry = call(call(bus, "metrics"), "metricRegistry");
    Object counter =
        ((Map<?, ?>) call(registry, "getCounters")).get("queue." + QUEUE + ".numDroppedEvents");
    return counter == null ? 0 : (long) call(counter, "getCount");
  }

  /** Sends an event to all listeners, ours among them, behind all events sent before. */
  static void post(SparkContext context, SparkListenerEvent event) {
    context.listenerBus().post(event);
  }

  /**
   * Calls a public method without parameters by its name, whatever it returns.
   *
   * @throws IllegalStateException if there is none, or it throws
   */
  static Object call(Object target, String method) {
    try {
      return target.getClass().getMethod(method).invoke(target);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          target.getClass().getName() + "." + method + " failed.", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          target.getClass().getName() + " has no method " + method + " to call.", e);
    }
  }

  /** Whether an object has a public method without parameters of this name. */
  static boolean has(Object target, String method) {
    try {
      target.getClass().getMethod(method);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }
}
