package io.runlake.spark;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * What is woven into a method that takes a Dataset first. Its body is copied into Spark's classes,
 * so it names the JDK and {@link FitDispatcher} only; and nothing it throws reaches the user.
 */
final class CallAdvice {
  private CallAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static Object enter(@Advice.This Object self, @Advice.Argument(0) Object dataset) {
    return FitDispatcher.enter(self, dataset);
  }

  @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
  static void exit(
      @Advice.Enter Object entered,
      @Advice.Return(typing = Assigner.Typing.DYNAMIC) Object result,
      @Advice.Thrown Throwable thrown) {
    FitDispatcher.exit(entered, result, thrown);
  }
}
