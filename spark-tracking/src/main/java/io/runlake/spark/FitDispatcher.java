package io.runlake.spark;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * What woven code calls. Spark's classes are loaded by another loader than ours under {@code
 * --jars} and cannot see us, so this class is put where every loader sees it ({@link
 * DispatcherPlacement}), and knows only the JDK.
 *
 * <p>A copy that some loader takes from our jar instead (one that asks itself before its parents)
 * shares the state of the copy that was placed.
 */
public final class FitDispatcher {
  private static final Object[] STATE = sharedState();

  private FitDispatcher() {}

  /**
   * At the start of a woven call: a fit, a transform, an evaluation.
   *
   * @param self whose method it is
   * @param with what it is called with
   * @return what {@link #exit} wants back; null if nobody listens
   */
  public static Object enter(Object self, Object with) {
    BiFunction<Object, Object, BiConsumer<Object, Throwable>> hook = hook().get();
    return hook == null ? null : hook.apply(self, with);
  }

  /** At the end of a woven call, with what it returned or threw. */
  @SuppressWarnings("unchecked")
  public static void exit(Object entered, Object result, Throwable thrown) {
    if (entered != null) {
      ((BiConsumer<Object, Throwable>) entered).accept(result, thrown);
    }
  }

  /** From now on this one hears of woven calls, instead of the one before. */
  public static void replaceHook(BiFunction<Object, Object, BiConsumer<Object, Throwable>> next) {
    hook().set(next);
  }

  /** True for the first caller in this JVM: estimators are woven once. */
  public static boolean claimWeaving() {
    return ((AtomicBoolean) STATE[1]).compareAndSet(false, true);
  }

  /** Takes a claim back when the weaving failed. */
  public static void releaseWeaving() {
    ((AtomicBoolean) STATE[1]).set(false);
  }

  /** The state, as JDK types that all copies of this class can share. */
  public static Object[] state() {
    return STATE;
  }

  @SuppressWarnings("unchecked")
  private static AtomicReference<BiFunction<Object, Object, BiConsumer<Object, Throwable>>> hook() {
    return (AtomicReference<BiFunction<Object, Object, BiConsumer<Object, Throwable>>>) STATE[0];
  }

  private static Object[] sharedState() {
    try {
      Class<?> placed =
          Class.forName(FitDispatcher.class.getName(), true, ClassLoader.getSystemClassLoader());
      if (placed != FitDispatcher.class) {
        return (Object[]) placed.getMethod("state").invoke(null);
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      // Nobody placed one: this copy is the first.
    }
    return new Object[] {new AtomicReference<>(), new AtomicBoolean()};
  }
}
