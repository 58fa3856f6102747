package io.runlake.spark;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * What is woven into {@code fit(Dataset)}. Its body is copied into Spark's classes, so it names the
 * JDK and {@link FitDispatcher} only; and nothing it throws reaches the user.
 */
final class FitAdvice {
  private FitAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static Object enter(@Advice.This Object estimator, @Advice.Argument(0) Object dataset) {
    return FitDispatcher.enter(estimator, dataset);
  }

  @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
  static void exit(
      @Advice.Enter Object entered,
      @Advice.Return(typing = Assigner.Typing.DYNAMIC) Object model,
      @Advice.Thrown Throwable thrown) {
    FitDispatcher.exit(entered, model, thrown);
  }
}
