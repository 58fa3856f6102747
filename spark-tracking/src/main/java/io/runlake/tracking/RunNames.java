package io.runlake.tracking;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Makes up names of runs, {@code adjective-noun-NNN}, at most 20 characters. */
final class RunNames {
  private static final List<String> ADJECTIVES =
      List.of(
          "amber", "ample", "brave", "brisk", "calm", "clear", "clever", "cool", "copper", "crisp",
          "dapper", "deep", "eager", "early", "fair", "fluent", "fresh", "gentle", "glad", "golden",
          "grand", "green", "happy", "hardy", "honest", "keen", "kind", "lively", "lucid", "lucky",
          "mellow", "merry", "mild", "modest", "neat", "nimble", "noble", "patient", "plain",
          "polite", "proud", "quick", "quiet", "rapid", "ready", "silent", "silver", "smooth",
          "sober", "steady", "still", "sunny", "swift", "tidy", "upbeat", "vivid", "warm", "wise");
  private static final List<String> NOUNS =
      List.of(
          "alder", "aspen", "badger", "bay", "beech", "birch", "bittern", "brook", "carp", "cedar",
          "cliff", "coast", "coot", "crane", "creek", "curlew", "delta", "dune", "eel", "egret",
          "elm", "fern", "finch", "fjord", "ford", "gull", "harbor", "heron", "inlet", "island",
          "lagoon", "lake", "loon", "marsh", "meadow", "mink", "newt", "oak", "osprey", "otter",
          "perch", "pike", "pond", "reed", "reef", "ridge", "river", "robin", "salmon", "shore",
          "snipe", "spring", "stork", "strait", "stream", "swan", "teal", "tern", "trout",
          "willow");

  private RunNames() {}

  static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String adjective = ADJECTIVES.get(random.nextInt(ADJECTIVES.size()));
    String noun = NOUNS.get(random.nextInt(NOUNS.size()));
    return adjective + "-" + noun + "-" + random.nextInt(1000);
  }
}
