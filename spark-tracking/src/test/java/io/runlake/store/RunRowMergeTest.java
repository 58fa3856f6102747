package io.runlake.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However the rows of a run arrive, are repeated or settled early, they make one state. */
class RunRowMergeTest {
  private static final RunId RUN = new RunId("0193000000007000800000000000000a");
  private static final ExperimentId EXPERIMENT = new ExperimentId("7");

  @Property(tries = 500)
  void anyOrderRepetitionAndGroupingOfRowsGiveTheSameState(
      @ForAll("histories") List<RunRow> rows, @ForAll Random random) {
    RunRow expected = rows.stream().reduce(RunRow::merge).orElseThrow();

    List<RunRow> delivered = new ArrayList<>(rows);
    delivered.addAll(rows.subList(0, random.nextInt(rows.size() + 1)));
    Collections.shuffle(delivered, random);
    while (delivered.size() > 1) {
      int at = random.nextInt(delivered.size() - 1);
      RunRow settled = delivered.remove(at).merge(delivered.remove(at));
      delivered.add(random.nextInt(delivered.size() + 1), settled);
    }

    assertThat(delivered.get(0)).isEqualTo(expected);
  }

  @Property(tries = 200)
  void aRowMergedWithItselfIsItself(@ForAll("rows") RunRow row) {
    assertThat(row.merge(row)).isEqualTo(row);
  }

  @Provide
  Arbitrary<List<RunRow>> histories() {
    return rows().list().ofMinSize(1).ofMaxSize(8);
  }

  @Provide
  Arbitrary<RunRow> rows() {
    Arbitrary<Long> stamps = Arbitraries.longs().between(1, 4);
    Arbitrary<String> words = Arbitraries.of("", "a", "b", "ä", "\uD83D\uDE00", "\uFFFD");
    Arbitrary<Stamp> written = Combinators.combine(stamps, words).as(Stamp::of);
    Arbitrary<Stamp> writtenOrDeleted =
        Combinators.combine(stamps, words.optional()).as(Stamp::new);
    Arbitrary<Double> doubles =
        Arbitraries.of(0.0, -0.0, 1.5, -1.5, Double.NaN, Double.POSITIVE_INFINITY);
    Arbitrary<MetricValue> values =
        Combinators.combine(stamps, stamps, doubles).as(MetricValue::new);
    Arbitrary<StatusChange> statuses =
        Combinators.combine(
                stamps,
                Arbitraries.integers().between(0, 2),
                Arbitraries.of(RunStatus.class),
                words)
            .as(
                (at, rank, status, message) ->
                    new StatusChange(
                        0, rank, at, status, Optional.of(Instant.EPOCH), Optional.of(message)));
    Arbitrary<RunInput> inputs =
        Combinators.combine(stamps, words.optional())
            .as(
                (at, digest) ->
                    new RunInput(
                        at,
                        new DatasetRef(
                            "delta",
                            "t",
                            Optional.of("3"),
                            Optional.empty(),
                            digest,
                            Optional.empty())));
    Arbitrary<String> keys = Arbitraries.of("x", "y", "z");
    return Combinators.combine(
            statuses.optional(),
            writtenOrDeleted.optional(),
            Arbitraries.maps(keys, written).ofMaxSize(3),
            Arbitraries.maps(keys, writtenOrDeleted).ofMaxSize(3),
            Arbitraries.maps(keys, values).ofMaxSize(3),
            Arbitraries.maps(keys, inputs).ofMaxSize(3),
            Combinators.combine(words, stamps)
                .as((user, at) -> new RunOrigin(user, "s", Instant.ofEpochMilli(at), "file:/a"))
                .optional())
        .as(RunRowMergeTest::row);
  }

  private static RunRow row(
      Optional<StatusChange> status,
      Optional<Stamp> name,
      Map<String, Stamp> params,
      Map<String, Stamp> tags,
      Map<String, MetricValue> metrics,
      Map<String, RunInput> inputs,
      Optional<RunOrigin> origin) {
    return new RunRow(
        RUN,
        EXPERIMENT,
        origin,
        status,
        name,
        Optional.empty(),
        Optional.empty(),
        params,
        tags,
        metrics,
        inputs);
  }
}
