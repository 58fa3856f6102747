package io.runlake.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Whether a VACUUM has broken an old version of a Delta table, or would. VACUUM deletes a file that
 * is in no newer version once it was removed from the table longer ago than {@code
 * delta.deletedFileRetentionDuration}; the commits after the version name those files and times, as
 * Delta's protocol describes them. Reads the log's JSON files, and runs no job.
 */
final class VacuumCheck {
  private static final Pattern COMMIT = Pattern.compile("(\\d{20})\\.json");
  private static final Pattern ANY = Pattern.compile("(\\d{20})\\..*");
  private static final int MOST_COMMITS = 1_000;
  private static final int MOST_FILES = 1_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What was found.
   *
   * @param broken why the version can no longer be read
   * @param warning what a VACUUM would do to it
   */
  record Verdict(Optional<String> broken, Optional<String> warning) {
    private static Verdict warning(String text) {
      return new Verdict(Optional.empty(), Optional.of(text));
    }
  }

  private final FileSystem files;
  private final Path table;
  private final long version;

  /** Files of the version that the newest has not, with the time of their removal. */
  private final Map<String, Long> removed = new LinkedHashMap<>();

  /** Files that came after the version. */
  private final Set<String> later = new HashSet<>();

  private VacuumCheck(FileSystem files, Path table, long version) {
    this.files = files;
    this.table = table;
    this.version = version;
  }

  static Verdict of(Configuration settings, Path table, long version, Duration retention)
      throws IOException {
    return new VacuumCheck(table.getFileSystem(settings), table, version).verdict(retention);
  }

  private Verdict verdict(Duration retention) throws IOException {
    long newest = -1;
    TreeMap<Long, Path> commits = new TreeMap<>();
    for (FileStatus entry : files.listStatus(new Path(table, "_delta_log"))) {
      Matcher any = ANY.matcher(entry.getPath().getName());
      if (any.matches()) {
        newest = Math.max(newest, Long.parseLong(any.group(1)));
      }
      Matcher commit = COMMIT.matcher(entry.getPath().getName());
      if (commit.matches() && Long.parseLong(commit.group(1)) > version) {
        commits.put(Long.parseLong(commit.group(1)), entry.getPath());
      }
    }
    if (newest <= version) {
      return new Verdict(Optional.empty(), Optional.empty());
    }
    if (commits.isEmpty() || commits.firstKey() != version + 1) {
      return Verdict.warning(
          "the log after version "
              + version
              + " was cleaned up, so whether VACUUM has deleted or would delete its files cannot be"
              + " told.");
    }
    for (Path commit : commits.values().stream().limit(MOST_COMMITS).toList()) {
      read(commit);
    }
    return judge(retention);
  }

  /** A path that one commit removes and adds is the same file with other deleted rows. */
  private void read(Path commit) throws IOException {
    Map<String, Long> out = new LinkedHashMap<>();
    Set<String> in = new HashSet<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(files.open(commit), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("{\"remove\"")) {
          JsonNode remove = JSON.readTree(line).get("remove");
          out.put(remove.get("path").asText(), remove.path("deletionTimestamp").asLong(0));
        } else if (line.startsWith("{\"add\"")) {
          in.add(JSON.readTree(line).get("add").get("path").asText());
        }
      }
    }
    out.forEach(
        (path, at) -> {
          if (!in.contains(path) && !later.contains(path)) {
            removed.putIfAbsent(path, at);
          }
        });
    for (String path : in) {
      if (!out.containsKey(path)) {
        removed.remove(path);
        later.add(path);
      }
    }
  }

  private Verdict judge(Duration retention) throws IOException {
    if (removed.isEmpty()) {
      return new Verdict(Optional.empty(), Optional.empty());
    }
    String gone = null;
    long missing = 0;
    for (String path : removed.keySet().stream().limit(MOST_FILES).toList()) {
      if (!files.exists(absolute(path))) {
        missing++;
        gone = gone == null ? path : gone;
      }
    }
    if (missing > 0) {
      return new Verdict(
          Optional.of(
              "VACUUM has deleted files of version "
                  + version
                  + ": "
                  + missing
                  + " of the "
                  + removed.size()
                  + " that newer versions do not have are gone, "
                  + gone
                  + " among them."),
          Optional.empty());
    }
    long earliest = removed.values().stream().mapToLong(Long::longValue).min().orElse(0);
    Instant from = Instant.ofEpochMilli(earliest).plus(retention);
    String when = from.isAfter(Instant.now()) ? "a VACUUM from " + from + " on" : "the next VACUUM";
    return Verdict.warning(
        when
            + " deletes files of version "
            + version
            + ": "
            + removed.size()
            + " are not in newer versions, and delta.deletedFileRetentionDuration is "
            + words(retention)
            + ". A longer one, or a copy, keeps the version.");
  }

  private Path absolute(String path) {
    Path file = new Path(URI.create(path));
    return file.isAbsolute() ? file : new Path(table, file);
  }

  private static String words(Duration time) {
    return time.toDays() > 0 ? time.toDays() + " days" : time.toHours() + " hours";
  }
}
