package io.runlake.scoring.batch;

import io.runlake.store.PutIfAbsent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The claims of a night: one file per attempt, each written by exactly one process. An attempt's
 * number is its fence: Delta takes a transaction only if its number is greater than the last.
 */
final class NightLedger {
  private static final Pattern CLAIM = Pattern.compile("[0-9]{1,18}\\.json");

  private final PutIfAbsent claims;
  private final Night night;
  private final String folder;

  NightLedger(PutIfAbsent claims, Night night, String outputPath) {
    this.claims = claims;
    this.night = night;
    this.folder = night.claimsFolder(outputPath);
  }

  /**
   * Claims the next attempt.
   *
   * @param above a number that the attempt must exceed whatever the claims say: where the tables'
   *     transactions stand
   */
  Attempt claim(long above, String model, String input, String runId, Instant now) {
    long number = Math.max(above, lastClaimed()) + 1;
    while (true) {
      Attempt attempt = new Attempt(night, number, model, input, runId, now);
      if (claims.put(path(number), attempt.toJson())) {
        return attempt;
      }
      number++;
    }
  }

  /** The attempt of that number; empty if its claim is not there. */
  Optional<Attempt> find(long number) {
    return claims.get(path(number)).map(json -> Attempt.fromJson(night, json, path(number)));
  }

  /** The greatest number that was claimed; 0 if none was. */
  long lastClaimed() {
    List<String> names = claims.list(folder);
    return names.stream()
        .filter(name -> CLAIM.matcher(name).matches())
        .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
        .max()
        .orElse(0);
  }

  private String path(long number) {
    return folder + "/" + number + ".json";
  }
}
