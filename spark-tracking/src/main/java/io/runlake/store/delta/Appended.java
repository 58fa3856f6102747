package io.runlake.store.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.internal.checksum.CRCInfo;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What log entries that only add files add. Writers of one table read each other's entries, so this
 * reads no more of them than a checksum needs: Kernel's way through an entry costs as much as a
 * commit, and refuses a checksum that counts no files by their size.
 *
 * @param files how many
 * @param bytes how large together
 */
record Appended(long files, long bytes) {
  static final Appended NOTHING = new Appended(0, 0);
  private static final JsonFactory JSON = new JsonFactory();

  /** Of several entries; empty if one of them does anything else, or cannot be read as JSON. */
  static Optional<Appended> by(FileSystemClient files, List<FileStatus> entries)
      throws IOException {
    Optional<Appended> sum = Optional.of(NOTHING);
    for (FileStatus entry : entries) {
      Optional<Appended> more = in(LogFolder.read(files, entry));
      sum = sum.flatMap(known -> more.map(known::plus));
      if (sum.isEmpty()) {
        break;
      }
    }
    return sum;
  }

  /** Of the text of one entry. */
  static Optional<Appended> in(byte[] entry) {
    long files = 0;
    long bytes = 0;
    try (JsonParser json = JSON.createParser(entry)) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        String kind = json.nextFieldName();
        if (json.nextToken() != JsonToken.START_OBJECT) {
          return Optional.empty();
        }
        if ("add".equals(kind)) {
          Optional<Long> size = size(json);
          if (size.isEmpty()) {
            return Optional.empty();
          }
          files++;
          bytes += size.get();
        } else if ("commitInfo".equals(kind)) {
          json.skipChildren();
        } else {
          return Optional.empty();
        }
        if (json.nextToken() != JsonToken.END_OBJECT) {
          return Optional.empty();
        }
      }
      return json.currentToken() == null
          ? Optional.of(new Appended(files, bytes))
          : Optional.empty();
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }

  /** The size that an added file's object tells; empty if it has none or hides rows. */
  private static Optional<Long> size(JsonParser json) throws IOException {
    Optional<Long> size = Optional.empty();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken value = json.nextToken();
      if (name.equals("size") && value == JsonToken.VALUE_NUMBER_INT) {
        size = Optional.of(json.getLongValue());
      } else if (name.equals("deletionVector") && value != JsonToken.VALUE_NULL) {
        return Optional.empty();
      } else {
        json.skipChildren();
      }
    }
    return size;
  }

  private Appended plus(Appended more) {
    return new Appended(files + more.files, bytes + more.bytes);
  }

  /** The checksum of a version that has these files more; it counts none by their size. */
  CRCInfo to(CRCInfo base, long version) {
    return new CRCInfo(
        version,
        base.getMetadata(),
        base.getProtocol(),
        base.getTableSizeBytes() + bytes,
        base.getNumFiles() + files,
        version == base.getVersion() ? base.getTxnId() : Optional.empty(),
        base.getDomainMetadata(),
        Optional.empty());
  }
}
