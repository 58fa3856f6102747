package io.runlake.spark;

import io.runlake.autolog.FitCost;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;

/**
 * A part of a live fit whose jobs are counted by themselves too: what one thread, and those that it
 * makes, start between {@link #open} and {@link #close}. Never throws.
 */
final class FitPart {
  private static final String NOT_COUNTED = "the cost of a part of a fit could not be counted";

  private final SparkContext context;
  private final String token;
  private final String tokenBefore;
  private final Thread opener = Thread.currentThread();
  private final CompletableFuture<FitCost> cost = new CompletableFuture<>();
  private final AtomicBoolean open = new AtomicBoolean(true);

  private FitPart(SparkContext context, String token, String tokenBefore) {
    this.context = context;
    this.token = token;
    this.tokenBefore = tokenBefore;
  }

  /**
   * From now on jobs of this thread count for the part and for the fit that it is in.
   *
   * @param watch what hears of the fits inside
   * @return empty if it could not be opened; then jobs go on to count for the fit alone
   */
  static Optional<FitPart> open(SparkContext context, TuningWatch watch) {
    String token = FitTokens.begin(watch);
    try {
      String fit = context.getLocalProperty(SparkProperties.FIT_TOKEN);
      if (CostListener.install(context).openPart(token, fit)) {
        context.setLocalProperty(SparkProperties.FIT_TOKEN, token);
        return Optional.of(new FitPart(context, token, fit));
      }
    } catch (Throwable e) {
      Guard.failed(NOT_COUNTED, e);
    }
    FitTokens.end(token);
    return Optional.empty();
  }

  /** Ends the part, once; who calls it from another thread leaves that thread's property alone. */
  void close() {
    if (!open.compareAndSet(true, false)) {
      return;
    }
    try {
      FitTokens.end(token);
      if (Thread.currentThread() == opener) {
        context.setLocalProperty(SparkProperties.FIT_TOKEN, tokenBefore);
      }
      CostListener.install(context).close(token, cost::complete);
    } catch (Throwable e) {
      Guard.failed(NOT_COUNTED, e);
    }
  }

  /** Comes after {@link #close}, before that of the fit around it. */
  CompletableFuture<FitCost> cost() {
    return cost;
  }
}
