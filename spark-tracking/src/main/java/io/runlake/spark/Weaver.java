package io.runlake.spark;

import static net.bytebuddy.matcher.ElementMatchers.hasSuperType;
import static net.bytebuddy.matcher.ElementMatchers.isAbstract;
import static net.bytebuddy.matcher.ElementMatchers.isBridge;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * Weaves {@code fit(Dataset)} of every estimator in this JVM, Spark's and others', loaded already
 * or later, {@code evaluate(Dataset)} of every evaluator and {@code transform(Dataset)} of every
 * model, so that a hook hears of each call on the thread that makes it. Of {@code fit(Dataset,
 * ParamMap)} it hears the map, by which the trials of a search are known.
 */
final class Weaver {
  private static final String ESTIMATOR = "org.apache.spark.ml.Estimator";
  private static final String EVALUATOR = "org.apache.spark.ml.evaluation.Evaluator";
  private static final String MODEL = "org.apache.spark.ml.Model";

  /** Has {@code transform(Dataset, ParamMap)}, which goes on with a copy of the model. */
  private static final String TRANSFORMER = "org.apache.spark.ml.Transformer";

  private static final Set<String> WOVEN = Set.of(ESTIMATOR, EVALUATOR, MODEL, TRANSFORMER);
  private static final String DATASET = "org.apache.spark.sql.Dataset";
  private static final String PARAM_MAP = "org.apache.spark.ml.param.ParamMap";

  private static final ElementMatcher.Junction<MethodDescription> WITH_PARAMS =
      ElementMatchers.<MethodDescription>takesArguments(2)
          .and(takesArgument(0, named(DATASET)))
          .and(takesArgument(1, named(PARAM_MAP)));

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
      throw new IOException("woven code does not reach Runlake");
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
    Set<Class<?>> done = new HashSet<>();
    List<Class<?>> next = loaded(instrumentation);
    while (done.addAll(next)) {
      next.forEach(type -> weave(instrumentation, type));
      next = loaded(instrumentation);
      next.removeAll(done);
    }
  }

  /** Looking at a class can load others, and those are not woven as they come: see the caller. */
  private static void weave(Instrumentation instrumentation, Class<?> loaded) {
    try {
      instrumentation.retransformClasses(loaded);
    } catch (java.lang.instrument.UnmodifiableClassException | LinkageError e) {
      // One class that cannot be woven must not keep the others from it.
    }
  }

  private static ClassFileTransformer advice() {
    return new AgentBuilder.Default(new ByteBuddy().with(TypeValidation.DISABLED))
        .disableClassFormatChanges()
        .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
        .with(AgentBuilder.PoolStrategy.Default.FAST)
        .ignore(none())
        .type(hasSuperType(namedOneOf(ESTIMATOR, EVALUATOR, MODEL)).or(named(TRANSFORMER)))
        .transform(
            (builder, type, loader, module, domain) ->
                builder
                    .visit(Advice.to(CallAdvice.class).on(calls(type)))
                    .visit(Advice.to(MapAdvice.class).on(fitsWithParams(type))))
        .makeRaw();
  }

  private static ElementMatcher<MethodDescription> fitsWithParams(TypeDescription type) {
    return hasSuperType(named(ESTIMATOR)).matches(type)
        ? ElementMatchers.<MethodDescription>named("fit")
            .and(WITH_PARAMS)
            .and(not(isBridge()))
            .and(not(isAbstract()))
        : none();
  }

  private static ElementMatcher<MethodDescription> calls(TypeDescription type) {
    ElementMatcher.Junction<MethodDescription> one =
        ElementMatchers.<MethodDescription>takesArguments(1).and(takesArgument(0, named(DATASET)));
    ElementMatcher.Junction<MethodDescription> wanted;
    if (hasSuperType(named(ESTIMATOR)).matches(type)) {
      wanted = ElementMatchers.<MethodDescription>named("fit").and(one);
    } else if (hasSuperType(named(EVALUATOR)).matches(type)) {
      wanted = ElementMatchers.<MethodDescription>named("evaluate").and(one);
    } else {
      wanted = ElementMatchers.<MethodDescription>named("transform").and(one.or(WITH_PARAMS));
    }
    return wanted.and(not(isBridge())).and(not(isAbstract()));
  }

  private static List<Class<?>> loaded(Instrumentation instrumentation) {
    List<Class<?>> found = new ArrayList<>();
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      for (Class<?> type = loaded; type != null; type = type.getSuperclass()) {
        if (WOVEN.contains(type.getName()) && instrumentation.isModifiableClass(loaded)) {
          found.add(loaded);
          break;
        }
      }
    }
    return found;
  }
}
