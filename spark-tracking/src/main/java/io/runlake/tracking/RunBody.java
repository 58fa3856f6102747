package io.runlake.tracking;

/**
 * What is done in a run; see {@link Runlake#withRun}.
 *
 * @param <T> what it returns
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface RunBody<T, E extends Throwable> {
  T run(ActiveRun run) throws E;
}
