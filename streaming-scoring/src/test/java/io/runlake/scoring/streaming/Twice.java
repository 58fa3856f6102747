package io.runlake.scoring.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.streaming.StreamWorld.Ended;
import io.runlake.scoring.streaming.StreamWorld.Halt;
import io.runlake.scoring.streaming.StreamWorld.Query;
import io.runlake.store.Alert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What was sent to a query, and what must have become of it however often its driver was halted:
 * each row once, in one of the two tables, as it was sent.
 */
final class Twice {
  /** Rows of a file, of which one cannot be scored. */
  static final int ROWS_OF_FILE = 100;

  private static final int KINDS = 6;

  final StreamWorld world;
  final Query query;

  private final int files;
  private final Map<String, Integer> sound = new HashMap<>();
  private final Map<String, Integer> spoiled = new HashMap<>();

  Twice(StreamWorld world, String name, int files) {
    this.world = world;
    this.query = world.query(name);
    this.files = files;
    for (int file = 0; file < files; file++) {
      send(file);
    }
    assertThat(sound).hasSize(files * (ROWS_OF_FILE - 1));
    assertThat(spoiled).hasSize(files);
  }

  private void send(int file) {
    String[] lines = new String[ROWS_OF_FILE];
    for (int row = 0; row < ROWS_OF_FILE; row++) {
      int id = file * ROWS_OF_FILE + row;
      boolean bad = row == file * 37 % ROWS_OF_FILE;
      lines[row] = bad ? spoiled(id, file % KINDS) : id + "," + (10 + id % 30) + ".5,70,a";
    }
    Path sent = query.arrive(lines);
    for (int row = 0; row < ROWS_OF_FILE; row++) {
      boolean bad = row == file * 37 % ROWS_OF_FILE;
      (bad ? spoiled : sound).merge(sent.getFileName() + " " + lines[row], 1, Integer::sum);
    }
  }

  private static String spoiled(int id, int kind) {
    return switch (kind) {
      case 0 -> id + ",warm,70,a";
      case 1 -> id + ",,70,a";
      case 2 -> id + ",20.5,70,a,more";
      case 3 -> "\"" + id + ",20.5,70,open";
      case 4 -> id + ",NaN,70,a";
      default -> "{\"id\":" + id + "}";
    };
  }

  long rows() {
    return (long) files * ROWS_OF_FILE;
  }

  /** Starts the query, which must end in a halt. */
  void halted(Step.Listener steps) {
    boolean halted = false;
    try {
      Ended ended = start(steps);
      assertThat(ended.exit()).as("%s%s", ended.out(), ended.err()).isEqualTo(ExitCode.FAILED);
      halted = true;
    } catch (Halt expected) {
      halted = true;
    }
    assertThat(halted).isTrue();
  }

  /** Starts the query, which must get through. */
  Ended through() {
    Ended ended = start(Step.Listener.NONE);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return ended;
  }

  Ended start(Step.Listener steps) {
    return query.start(steps, arguments());
  }

  List<String> arguments() {
    return query.arguments("--max-files-per-trigger", "2", "--columns", "id");
  }

  /** Counted as they stand, without distinct. */
  void assertEachRowOnce() {
    Dataset<Row> scores = query.scores();
    Dataset<Row> quarantine = query.quarantine();
    assertThat(scores.count() + quarantine.count()).isEqualTo(rows());
    assertSame("scores", texts(scores), sound);
    assertSame("quarantine", texts(quarantine), spoiled);
  }

  /** Names the rows that differ; all of them would fill a book. */
  private static void assertSame(
      String what, Map<String, Integer> found, Map<String, Integer> sent) {
    Map<String, Integer> tooMany = new TreeMap<>(found);
    Map<String, Integer> missing = new TreeMap<>(sent);
    tooMany.entrySet().removeAll(sent.entrySet());
    missing.entrySet().removeAll(found.entrySet());
    assertThat(tooMany).as("rows of the %s that were not sent so often", what).isEmpty();
    assertThat(missing)
        .as("rows that are not in the %s as often as they were sent", what)
        .isEmpty();
  }

  private static Map<String, Integer> texts(Dataset<Row> table) {
    Map<String, Integer> texts = new HashMap<>();
    for (Row row : table.select("source_file", "source_text").collectAsList()) {
      String file = Path.of(java.net.URI.create(row.getString(0))).getFileName().toString();
      texts.merge(file + " " + row.getString(1), 1, Integer::sum);
    }
    return texts;
  }

  /** The model version of each batch, of which there is one. */
  Map<Long, Integer> versions() {
    String[] columns = {"batch_id", "model_version"};
    Map<Long, Set<Integer>> found = new TreeMap<>();
    List<Row> rows =
        new ArrayList<>(
            query.scores().select("batch_id", "model_version").distinct().collectAsList());
    rows.addAll(query.quarantine().select(columns[0], columns[1]).distinct().collectAsList());
    rows.forEach(
        row -> found.computeIfAbsent(row.getLong(0), id -> new HashSet<>()).add(row.getInt(1)));
    Map<Long, Integer> versions = new TreeMap<>();
    found.forEach(
        (batch, all) -> {
          assertThat(all).as("model versions of batch " + batch).hasSize(1);
          versions.put(batch, all.iterator().next());
        });
    return versions;
  }

  /** The versions that alerts name as refused. */
  List<String> refused() {
    return world.alerts().stream()
        .filter(alert -> alert.kind().equals("refused-model"))
        .map(Alert::subject)
        .toList();
  }
}
