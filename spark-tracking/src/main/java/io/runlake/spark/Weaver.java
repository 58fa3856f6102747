package io.runlake.spark;

import static net.bytebuddy.matcher.ElementMatchers.hasSuperType;
import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.isBridge;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.scaffold.TypeValidation;

/**
 * Weaves {@code fit(Dataset)} of every estimator in this JVM, Spark's and others', loaded already
 * or later, so that a hook hears of each fit on the thread that runs it.
 */
final class Weaver {
  private static final String ESTIMATOR = "org.apache.spark.ml.Estimator";
  private static final String DATASET = "org.apache.spark.sql.Dataset";

  private Weaver() {}

  /**
   * Weaves, once per JVM, and sets the hook, each time.
   *
   * @throws IOException if this JVM cannot be woven or woven code does not reach the hook; the
   *     message says why
   */
  static synchronized void install(BiFunction<Object, Object, BiConsumer<Object, Throwable>> hook)
      throws IOException {
    try {
      Instrumentation instrumentation = ByteBuddyAgent.install();
      DispatcherPlacement.place(instrumentation);
      FitDispatcher.replaceHook(hook);
      if (FitDispatcher.claimWeaving()) {
        weave(instrumentation);
      }
    } catch (IllegalStateException | UnsupportedOperationException | LinkageError e) {
      throw new IOException("this JVM lets no agent attach (" + e + ")", e);
    }
    if (!WeavingProbe.reachesHook() || !spark().equals(FitDispatcher.state()[0])) {
      throw new IOException("woven estimators do not reach Runlake");
    }
  }

  /** The hook that Spark's own classes see, which their loader finds. */
  private static Object spark() throws IOException {
    try {
      ClassLoader sparks = org.apache.spark.ml.Estimator.class.getClassLoader();
      Class<?> seen = Class.forName("io.runlake.spark.FitDispatcher", true, sparks);
      return ((Object[]) seen.getMethod("state").invoke(null))[0];
    } catch (ReflectiveOperationException e) {
      throw new IOException("Spark's classes do not see Runlake's dispatcher (" + e + ")", e);
    }
  }

  private static void weave(Instrumentation instrumentation) {
    ClassFileTransformer transformer = new ByteFilter(advice());
    instrumentation.addTransformer(transformer, true);
    for (Class<?> loaded : loadedEstimators(instrumentation)) {
      try {
        instrumentation.retransformClasses(loaded);
      } catch (java.lang.instrument.UnmodifiableClassException | LinkageError e) {
        // One class that cannot be woven must not keep the others from it.
      }
    }
  }

  private static ClassFileTransformer advice() {
    return new AgentBuilder.Default(new ByteBuddy().with(TypeValidation.DISABLED))
        .disableClassFormatChanges()
        .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
        .with(AgentBuilder.PoolStrategy.Default.FAST)
        .ignore(none())
        .type(hasSuperType(named(ESTIMATOR)))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(
                    Advice.to(FitAdvice.class)
                        .on(
                            named("fit")
                                .and(takesArguments(1))
                                .and(takesArgument(0, named(DATASET)))
                                .and(not(isBridge()))
                                .and(not(isAbstract())))))
        .makeRaw();
  }

  private static List<Class<?>> loadedEstimators(Instrumentation instrumentation) {
    List<Class<?>> estimators = new ArrayList<>();
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      for (Class<?> type = loaded.getSuperclass(); type != null; type = type.getSuperclass()) {
        if (type.getName().equals(ESTIMATOR) && instrumentation.isModifiableClass(loaded)) {
          estimators.add(loaded);
          break;
        }
      }
    }
    return estimators;
  }
}
