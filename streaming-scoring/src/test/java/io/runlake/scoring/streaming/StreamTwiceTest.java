package io.runlake.scoring.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.streaming.StreamWorld.Ended;
import io.runlake.scoring.streaming.StreamWorld.Halt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 10,000 rows in 100 files, the driver halted again and again while the alias moves: each row is
 * there once. And that it is the transaction ids that make it so.
 */
@Tag("slow")
class StreamTwiceTest {
  private static final int FILES = 100;

  /** Two files make a batch. */
  private static final int BATCHES = FILES / 2;

  private static final int RANDOM_HALTS = 10;

  @TempDir Path folder;

  /** Moves the alias as batches come by, whoever starts the query. */
  private static final class Moves implements Step.Listener {
    private final StreamWorld world;
    private final Map<Long, Integer> moves;
    private final AtomicInteger made = new AtomicInteger();

    Moves(StreamWorld world, Map<Long, Integer> moves) {
      this.world = world;
      this.moves = new TreeMap<>(moves);
    }

    @Override
    public void reached(Step step, long batch) {
      Integer version = step == Step.PINNED ? moves.get(batch) : null;
      if (version != null) {
        world.alias(version);
        // Afterwards: a halt may come in between, and the batch again.
        moves.remove(batch);
        made.incrementAndGet();
      }
    }
  }

  @Test
  void eachRowIsThereOnceHoweverOftenTheDriverIsHalted() throws Exception {
    StreamWorld world = new StreamWorld(folder);
    int misfit = world.registerWanting("pressure");
    int sound = world.register(0.9);
    int damaged = world.registerDamaged();
    Twice twice = new Twice(world, "twice", FILES);
    assertThat(twice.rows()).isEqualTo(10_000);
    Moves moves = new Moves(world, Map.of(6L, 2, 15L, misfit, 22L, sound, 31L, damaged, 38L, 1));

    for (int round = 0; round < 3; round++) {
      for (Step step : Step.values()) {
        long batch = 2 + round * 8 + step.ordinal() * 2;
        twice.halted(both(moves, StreamWorld.haltAt(step, batch)));
      }
    }
    long seed = new Random().nextLong();
    System.out.println("seed of the random halts: " + seed);
    Random random = new Random(seed);
    int halts = 0;
    for (int i = 0; i < RANDOM_HALTS; i++) {
      halts += haltedSomewhere(twice, moves, random) ? 1 : 0;
    }
    Ended last = twice.start(moves);
    assertThat(last.exit()).as(last.err()).isEqualTo(ExitCode.DONE);

    assertThat(halts).as("random halts that came while there was work").isGreaterThan(5);
    assertThat(moves.made).hasValue(5);
    twice.assertEachRowOnce();
    Map<Long, Integer> versions = twice.versions();
    // A halt between the source's log and the log of offsets joins two batches into one: the source
    // has already given out the files of the batch that was not planned.
    assertThat(versions).hasSizeBetween(BATCHES - RANDOM_HALTS, BATCHES);
    assertThat(new TreeSet<>(versions.values())).isEqualTo(new TreeSet<>(Set.of(1, 2, sound)));
    // An alert whose note in the checkpoint was interrupted comes again.
    assertThat(twice.refused())
        .containsOnly("models:/climate/" + misfit, "models:/climate/" + damaged);
    aWipedCheckpointIsRefused(twice);
  }

  private static Step.Listener both(Step.Listener first, Step.Listener second) {
    return (step, batch) -> {
      first.reached(step, batch);
      second.reached(step, batch);
    };
  }

  /**
   * Interrupts the query's thread at a random time after a batch has begun, and again until it
   * ends: much of what runs there takes no notice of one interrupt.
   */
  private static boolean haltedSomewhere(Twice twice, Moves moves, Random random) {
    int batches = random.nextInt(2);
    long millis = random.nextInt(400);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    AtomicInteger seen = new AtomicInteger();
    Step.Listener interrupt =
        (step, batch) -> {
          if (step == Step.PINNED && seen.getAndIncrement() == batches) {
            Thread query = Thread.currentThread();
            clock.scheduleAtFixedRate(query::interrupt, millis, 20, TimeUnit.MILLISECONDS);
          }
        };
    try {
      return twice.start(both(moves, interrupt)).exit() != ExitCode.DONE;
    } finally {
      clock.shutdownNow();
    }
  }

  private static void aWipedCheckpointIsRefused(Twice twice) throws IOException {
    for (String part : List.of("offsets", "commits", "sources", "runlake/pins")) {
      Path wiped = twice.query.checkpoint.resolve(part);
      if (Files.exists(wiped)) {
        try (Stream<Path> below = Files.walk(wiped)) {
          for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    }
    assertThat(twice.query.checkpoint.resolve("metadata")).exists();
    Ended wiped = twice.start(Step.Listener.NONE);
    assertThat(wiped.exit()).as(wiped.out()).isEqualTo(ExitCode.REFUSED);
    assertThat(wiped.err()).contains("was wiped, but keeps its query id");
    twice.assertEachRowOnce();
  }

  /** The same with ids that Delta has never seen: what the ids hold back comes twice. */
  @Test
  void withoutTheTransactionIdsRowsComeTwice() {
    StreamWorld world = new StreamWorld(folder);
    Twice sound = new Twice(world, "with-ids", 8);
    haltAtEachStep(sound, Step.Listener.NONE);
    sound.assertEachRowOnce();

    Twice twice = new Twice(world, "without-ids", 8);
    haltAtEachStep(twice, new WithoutIds());
    assertThatThrownBy(twice::assertEachRowOnce).isInstanceOf(AssertionError.class);
    assertThat(twice.query.scores().count()).isGreaterThan(twice.rows());
    assertThat(twice.query.quarantine().count()).isGreaterThan(8);
  }

  private static void haltAtEachStep(Twice twice, Step.Listener ids) {
    for (Step step : Step.values()) {
      twice.halted(
          new Step.Listener() {
            @Override
            public void reached(Step at, long batch) {
              if (at == step && batch == step.ordinal()) {
                throw new Halt();
              }
            }

            @Override
            public String transaction(String id) {
              return ids.transaction(id);
            }
          });
    }
    Ended last = twice.start(ids);
    assertThat(last.exit()).as(last.err()).isEqualTo(ExitCode.DONE);
  }

  private static final class WithoutIds implements Step.Listener {
    @Override
    public void reached(Step step, long batch) {}

    @Override
    public String transaction(String id) {
      return UUID.randomUUID().toString();
    }
  }
}
