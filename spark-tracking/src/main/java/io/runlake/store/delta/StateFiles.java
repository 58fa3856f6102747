package io.runlake.store.delta;

import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.utils.FileStatus;
import io.runlake.store.StateRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of a table of states, version after version: of a later one only the data files are read
 * that it has more. Confined to one thread at a time.
 *
 * @param <R> the row
 */
final class StateFiles<R extends StateRow> {
  private final TableReader<R> reader;
  private final VersionFiles files;

  /** Rows by the name of their file, which is never used twice; shared, as files never change. */
  private final Map<String, List<R>> cache;

  private Optional<NewestFiles.Version> known = Optional.empty();
  private String tableId = "";
  private List<R> rows = List.of();

  StateFiles(TableReader<R> reader, Map<String, List<R>> cache) {
    this.reader = reader;
    this.files = new VersionFiles(reader);
    this.cache = cache;
  }

  /** All rows of a version that a writer builds on, by revision. */
  List<R> at(SnapshotImpl snapshot) throws IOException {
    String id = snapshot.getMetadata().getId();
    Optional<NewestFiles.Version> followed =
        id.equals(tableId) && known.isPresent()
            ? followed(known.get(), snapshot)
            : Optional.empty();
    List<R> found = of(followed.isPresent() ? followed.get() : files.of(snapshot));
    tableId = id;
    return found;
  }

  /** Goes on from the known version by the entries that the snapshot holds, if it holds all. */
  private Optional<NewestFiles.Version> followed(NewestFiles.Version from, SnapshotImpl snapshot)
      throws IOException {
    List<FileStatus> entries =
        snapshot.getLogSegment().getDeltas().stream()
            .filter(entry -> FileNames.deltaVersion(entry.getPath()) > from.number())
            .toList();
    return from.number() + entries.size() == snapshot.getVersion()
        ? files.after(from, entries)
        : Optional.empty();
  }

  /** All rows of a version, by revision. */
  List<R> of(NewestFiles.Version version) throws IOException {
    if (known.filter(same -> same == version).isPresent()) {
      return rows;
    }
    List<R> all = new ArrayList<>();
    for (TableFile file : version.all()) {
      List<R> read = cache.get(file.name());
      if (read == null) {
        List<R> fresh = new ArrayList<>();
        reader.read(
            file, version.plan(), reader.table().spec().codec(), Optional.empty(), fresh::add);
        read = List.copyOf(fresh);
        cache.put(file.name(), read);
      }
      all.addAll(read);
    }
    cache.keySet().retainAll(version.files().keySet());
    all.sort(Comparator.comparingLong(StateRow::revision));
    rows = List.copyOf(all);
    known = Optional.of(version);
    return rows;
  }
}
