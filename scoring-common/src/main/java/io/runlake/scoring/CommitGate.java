package io.runlake.scoring;

import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.TransactionExecutionObserver;
import scala.Function0;
import scala.Option;

/**
 * Asks a question after a Delta write has written its files and before it commits. What the
 * question throws ends the write: nothing is published, and the files stay unreferenced until
 * VACUUM.
 *
 * <p>The hook is Delta's own observer of transactions, a thread-local of the writing thread, with
 * the same shape in Delta 3.3.2, 4.0.0 and 4.4.0. It is no promised API: where it is missing the
 * write goes on without the question, so whoever asks has to ask again after the write.
 */
public final class CommitGate implements TransactionExecutionObserver {
  private final Runnable question;
  private Option<TransactionExecutionObserver> next = Option.empty();

  private CommitGate(Runnable question) {
    this.question = question;
  }

  /** Whether this Delta has what a gate needs. */
  public static boolean available() {
    try {
      TransactionExecutionObserver.getObserver();
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  /** Runs a write on this thread with the question before its commit. */
  public static void around(Runnable question, Runnable write) {
    Runnable remove;
    try {
      remove = install(question);
    } catch (LinkageError e) {
      org.slf4j.LoggerFactory.getLogger(CommitGate.class)
          .warn(
              "This Delta has no transaction observer; counts are verified after the commit"
                  + " instead of before it.",
              e);
      write.run();
      return;
    }
    try {
      write.run();
    } finally {
      remove.run();
    }
  }

  private static Runnable install(Runnable question) {
    var before = TransactionExecutionObserver.getObserver();
    TransactionExecutionObserver.setObserver(new CommitGate(question));
    return () -> TransactionExecutionObserver.setObserver(before);
  }

  @Override
  public <T> T preparingCommit(Function0<T> prepare) {
    question.run();
    return prepare.apply();
  }

  @Override
  public OptimisticTransaction startingTransaction(Function0<OptimisticTransaction> start) {
    return start.apply();
  }

  @Override
  public TransactionExecutionObserver createChild() {
    return this;
  }

  @Override
  public Option<TransactionExecutionObserver> nextObserver() {
    return next;
  }

  @Override
  public void nextObserver_$eq(Option<TransactionExecutionObserver> value) {
    next = value;
  }

  @Override
  public void beginDoCommit() {}

  @Override
  public void beginBackfill() {}

  @Override
  public void beginPostCommit() {}

  @Override
  public void transactionCommitted() {}

  @Override
  public void transactionAborted() {}
}
