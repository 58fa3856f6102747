package io.runlake.store.delta;

import static io.delta.kernel.internal.util.Utils.toCloseableIterator;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.transaction.DataLayoutSpec;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.runlake.store.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One table of a root: loading it, staging data files for it, and single attempts to commit them.
 * Thread-safe, but for the committer that a caller brings.
 *
 * @param <R> the row
 */
final class DeltaTable<R> {
  private static final String WRITER = "runlake";

  private final TableSpec<R> spec;
  private final StoreEngine engine;
  private final String path;

  DeltaTable(String root, TableSpec<R> spec, StoreEngine engine) {
    this.spec = spec;
    this.engine = engine;
    this.path = root + (root.endsWith("/") ? "" : "/") + spec.name();
  }

  TableSpec<R> spec() {
    return spec;
  }

  StoreEngine engine() {
    return engine;
  }

  String path() {
    return path;
  }

  /** Whether there is a log, readable or not. */
  boolean exists() {
    return Storage.reading(
        path,
        () -> {
          try (CloseableIterator<FileStatus> entries =
              engine.getFileSystemClient().listFrom(path + "/_delta_log/0")) {
            return entries.hasNext();
          } catch (FileNotFoundException none) {
            return false;
          }
        });
  }

  /** The newest version of the table; empty if there is no table. */
  Optional<Snapshot> load(SettlingCommitter committer) {
    return Storage.reading(
        path,
        () -> {
          try {
            return Optional.of(checked(newest(committer)));
          } catch (TableNotFoundException none) {
            return Optional.empty();
          }
        });
  }

  /** Elsewhere than on the local disk a look for a name costs as much as a listing. */
  private Snapshot newest(SettlingCommitter committer) {
    if (LocalFiles.isLocal(path)) {
      SteppingEngine stepping = new SteppingEngine(engine);
      Snapshot found = TableManager.loadSnapshot(path).withCommitter(committer).build(stepping);
      if (stepping.certain(found)) {
        return found;
      }
    }
    return TableManager.loadSnapshot(path).withCommitter(committer).build(engine);
  }

  private Snapshot checked(Snapshot snapshot) {
    checkEntries(snapshot);
    String format = snapshot.getTableProperties().get(TableSpec.FORMAT);
    if (!TableSpec.FORMAT_VERSION.equals(format)) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "The table at "
              + path
              + (format == null
                  ? " is not one of Runlake's: it has no property " + TableSpec.FORMAT
                  : " has " + TableSpec.FORMAT + "=" + format)
              + ", and this version reads and writes format "
              + TableSpec.FORMAT_VERSION
              + (format == null
                  ? ". Give a root of its own to the store."
                  : ". Use a version of Runlake that knows the format."));
    }
    return snapshot;
  }

  /**
   * Kernel takes an entry without content for a commit of nothing. A loss of power leaves such a
   * one where entries are not synced; what was committed as it is gone.
   */
  private void checkEntries(Snapshot snapshot) {
    if (snapshot instanceof SnapshotImpl known) {
      for (FileStatus entry : known.getLogSegment().getDeltas()) {
        if (entry.getSize() == 0) {
          throw new StoreException(
              StoreException.Kind.CORRUPT,
              "Cannot read the table at "
                  + path
                  + ": its log entry "
                  + entry.getPath()
                  + " is empty, so that what was committed with it is lost. Restore the file from a"
                  + " backup; where there is none, \"runlake store doctor\" says what is missing.");
        }
      }
    }
  }

  /**
   * Writes data files for rows, one per month, or two that are written side by side where there are
   * many rows. They belong to no version yet; the actions that add them may be sent any number of
   * times, in place of being staged again, because a file that is added twice is there once.
   *
   * @param helper may run part of the work on another thread
   */
  List<Row> stage(
      Iterable<R> rows,
      Optional<Snapshot> snapshot,
      SettlingCommitter committer,
      Consumer<Runnable> helper)
      throws IOException {
    Row state = transaction(snapshot, committer).getTransactionState(engine);
    return new DataFiles<>(spec, engine, state).write(rows, helper);
  }

  /** As above, on this thread alone. */
  List<Row> stage(Iterable<R> rows, Optional<Snapshot> snapshot, SettlingCommitter committer)
      throws IOException {
    return stage(rows, snapshot, committer, task -> {});
  }

  /** Whether the newest version holds the first of some staged files. */
  boolean contains(List<Row> actions) {
    String wanted = new AddFile(actions.get(0).getStruct(SingleAction.ADD_FILE_ORDINAL)).getPath();
    return Storage.reading(
        path,
        () -> {
          Optional<Snapshot> newest = load(new SettlingCommitter());
          if (newest.isEmpty()) {
            return false;
          }
          try (CloseableIterator<FilteredColumnarBatch> batches =
              newest.get().getScanBuilder().build().getScanFiles(engine)) {
            while (batches.hasNext()) {
              try (CloseableIterator<Row> files = batches.next().getRows()) {
                while (files.hasNext()) {
                  Row add = files.next().getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL);
                  if (wanted.equals(new AddFile(add).getPath())) {
                    return true;
                  }
                }
              }
            }
          }
          return false;
        });
  }

  /**
   * Tries once to commit staged files on top of a version; creates the table where there is none.
   * What Kernel throws becomes data here: the one place that reads its exceptions.
   */
  CommitOutcome attempt(
      List<Row> actions, Optional<Snapshot> snapshot, SettlingCommitter committer) {
    long version = snapshot.map(Snapshot::getVersion).orElse(-1L) + 1;
    try {
      TransactionCommitResult result =
          transaction(snapshot, committer)
              .commit(
                  engine,
                  CloseableIterable.inMemoryIterable(toCloseableIterator(actions.iterator())));
      return new CommitOutcome.Done(
          result.getVersion(), result.getPostCommitSnapshot(), result.getPostCommitHooks());
    } catch (TableAlreadyExistsException e) {
      return committer.attempted()
          ? committer.settleAgain(engine, e)
          : new CommitOutcome.Conflict(version);
    } catch (RuntimeException e) {
      return settled(e, version, committer.landed());
    }
  }

  private static CommitOutcome settled(RuntimeException e, long version, OptionalLong landed) {
    if (landed.isPresent()) {
      return new CommitOutcome.Done(landed.getAsLong(), Optional.empty(), List.of());
    }
    Optional<CommitFailedException> answer = Storage.cause(e, CommitFailedException.class);
    if (answer.isPresent()) {
      return SettlingCommitter.outcome(answer.get(), version);
    }
    if (Storage.cause(e, IOException.class).isPresent()) {
      return new CommitOutcome.Transient(e);
    }
    throw e;
  }

  private Transaction transaction(Optional<Snapshot> snapshot, SettlingCommitter committer) {
    if (snapshot.isPresent()) {
      return snapshot
          .get()
          .buildUpdateTableTransaction(WRITER, Operation.WRITE)
          .withMaxRetries(0)
          .build(engine);
    }
    var create =
        TableManager.buildCreateTableTransaction(path, spec.schema(), WRITER)
            .withTableProperties(spec.properties())
            .withCommitter(committer)
            .withMaxRetries(0);
    if (!spec.partitions().isEmpty()) {
      create =
          create.withDataLayoutSpec(
              DataLayoutSpec.partitioned(
                  spec.partitions().stream().map(field -> new Column(field.getName())).toList()));
    }
    return create.build(engine);
  }
}
