package io.runlake.store;

import java.util.Comparator;
import java.util.Objects;

/**
 * That a run read a dataset, ordered as Spark orders the struct; the least wins, so the first
 * mention stands.
 *
 * @param at stamp of the run's hybrid logical clock
 */
public record RunInput(long at, DatasetRef dataset) implements Comparable<RunInput> {
  private static final Comparator<RunInput> ORDER =
      Comparator.comparingLong(RunInput::at)
          .thenComparing(input -> input.dataset().kind(), Stamp::compare)
          .thenComparing(input -> input.dataset().name(), Stamp::compare)
          .thenComparing(input -> input.dataset().version(), Stamp::compare)
          .thenComparing(input -> input.dataset().context(), Stamp::compare)
          .thenComparing(input -> input.dataset().digest(), Stamp::compare)
          .thenComparing(input -> input.dataset().schema(), Stamp::compare);

  public RunInput {
    Objects.requireNonNull(dataset, "dataset");
  }

  @Override
  public int compareTo(RunInput other) {
    return ORDER.compare(this, other);
  }
}
