package io.runlake.store.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.delta.kernel.data.Row;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A data file of a version of a table: where it is, and what its log entry says of its content.
 * Thread-safe.
 */
final class TableFile {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String ROWS = "\"numRecords\":";
  private static final Statistics NONE = new Statistics(-1, Map.of(), Map.of());

  private final String name;
  private final FileStatus status;
  private final Map<String, String> partition;
  private final Optional<Row> scanFile;
  private String json;
  private Statistics statistics;

  /** Of the table's columns of text alone. */
  private record Statistics(long rows, Map<String, String> least, Map<String, String> greatest) {}

  private TableFile(Row scanFile, AddFile add, boolean plain) {
    this.name = add.getPath();
    this.status = InternalScanFileUtils.getAddFileStatus(scanFile);
    this.partition = InternalScanFileUtils.getPartitionValues(scanFile);
    this.scanFile =
        plain && add.getDeletionVector().isEmpty() ? Optional.empty() : Optional.of(scanFile);
    this.json = add.getStatsJson().orElse(null);
  }

  /**
   * Of a row as Kernel's scans give it, with statistics.
   *
   * @param plain whether files of the table hold its columns as they are
   */
  static TableFile of(Row scanFile, boolean plain) {
    AddFile add = new AddFile(scanFile.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
    return new TableFile(scanFile, add, plain);
  }

  /** Its name in the log. */
  String name() {
    return name;
  }

  FileStatus status() {
    return status;
  }

  /** What Kernel needs to make rows of what is read; empty if what is read are the rows. */
  Optional<Row> scanFile() {
    return scanFile;
  }

  /** Whether it stands in a partition. */
  boolean in(String column, String value) {
    return Objects.equals(partition.get(column), value);
  }

  /** Whether it and another file stand in the same partition. */
  boolean samePartition(TableFile other) {
    return partition.equals(other.partition);
  }

  /** Whether a row with this text in a column may be in it. */
  boolean mayHold(String column, String value) {
    Statistics known = statistics();
    String least = known.least().get(column);
    String greatest = known.greatest().get(column);
    return (least == null || compareUtf8(least, value) <= 0)
        && (greatest == null || compareUtf8(value, greatest) <= 0);
  }

  /** Whether it and another file may hold rows with the same text in a column. */
  boolean mayShare(String column, TableFile other) {
    String least = statistics().least().get(column);
    String greatest = statistics().greatest().get(column);
    return least == null
        || greatest == null
        || other.statistics().least().get(column) == null
        || other.statistics().greatest().get(column) == null
        || compareUtf8(least, other.statistics().greatest().get(column)) <= 0
            && compareUtf8(other.statistics().least().get(column), greatest) <= 0;
  }

  /** How many rows it has; one where the log does not say. */
  synchronized long rows() {
    // Of thousands of files, when nothing else is asked of them: not worth a parser.
    return Math.max(1, json == null ? statistics().rows() : rows(json));
  }

  private static long rows(String json) {
    int at = json.indexOf(ROWS);
    long rows = 0;
    for (int i = at + ROWS.length(); at >= 0 && i < json.length(); i++) {
      int digit = Character.digit(json.charAt(i), 10);
      if (digit < 0) {
        break;
      }
      rows = rows * 10 + digit;
    }
    return rows;
  }

  private synchronized Statistics statistics() {
    if (statistics == null) {
      statistics = json == null ? NONE : parsed(json);
      json = null;
    }
    return statistics;
  }

  /** Statistics only save work: what cannot be understood rules nothing out. */
  private static Statistics parsed(String json) {
    long rows = -1;
    Map<String, String> least = new HashMap<>();
    Map<String, String> greatest = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals("numRecords")) {
          rows = parser.getLongValue();
        } else if (field.equals("minValues") && value == JsonToken.START_OBJECT) {
          texts(parser, least);
        } else if (field.equals("maxValues") && value == JsonToken.START_OBJECT) {
          texts(parser, greatest);
        } else {
          parser.skipChildren();
        }
      }
      return new Statistics(rows, least, greatest);
    } catch (IOException unreadable) {
      return NONE;
    }
  }

  private static void texts(JsonParser parser, Map<String, String> texts) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String column = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_STRING) {
        texts.put(column, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Delta's order of texts: by their UTF-8 bytes. */
  static int compareUtf8(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for what comes after all other characters.
        boolean xPair = Character.isSurrogate(x);
        return xPair == Character.isSurrogate(y) ? x - y : xPair ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
