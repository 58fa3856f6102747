package io.runlake.spark;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/** As {@link CallAdvice}, for a method whose second argument is what is to be told. */
final class MapAdvice {
  private MapAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static Object enter(@Advice.This Object self, @Advice.Argument(1) Object map) {
    return FitDispatcher.enter(self, map);
  }

  @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
  static void exit(
      @Advice.Enter Object entered,
      @Advice.Return(typing = Assigner.Typing.DYNAMIC) Object result,
      @Advice.Thrown Throwable thrown) {
    FitDispatcher.exit(entered, result, thrown);
  }
}
