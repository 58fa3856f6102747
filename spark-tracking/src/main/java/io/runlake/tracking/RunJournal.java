package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.Limits;
import io.runlake.errors.TrackingException;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of a run, and what was changed of it and is not yet durable. Checks each change
 * against MLflow's limits and against what is known, stamps it, and hands it to the {@link Outbox}.
 * Thread-safe.
 */
final class RunJournal {
  private final RunId id;
  private final ExperimentId experimentId;
  private final ValueRules rules;
  private final RunlakeOptions options;
  private final RunClock clock;
  private final Outbox outbox;
  private final Map<String, String> params = new HashMap<>();
  private final Map<String, String> tags = new HashMap<>();
  private long epoch;
  private String name;
  private boolean deleted;
  private boolean ended;

  /**
   * @param known the run's current state; of a new run, a row that changes nothing yet
   */
  RunJournal(RunRow known, boolean deleted, RunWriter writer) {
    this.id = known.runId();
    this.experimentId = known.experimentId();
    this.rules = writer.rules();
    this.options = writer.options();
    this.clock = new RunClock(options.clock(), known);
    this.epoch = known.status().map(StatusChange::epoch).orElse(0L);
    this.name = known.name().flatMap(Stamp::value).orElse("");
    this.deleted = deleted;
    this.outbox = new Outbox(id, experimentId, writer);
    known.params().forEach((key, stamp) -> stamp.value().ifPresent(v -> params.put(key, v)));
    known.tags().forEach((key, stamp) -> stamp.value().ifPresent(v -> tags.put(key, v)));
  }

  RunId id() {
    return id;
  }

  ExperimentId experimentId() {
    return experimentId;
  }

  synchronized String name() {
    return name;
  }

  Outbox outbox() {
    return outbox;
  }

  /** The first row of a new run: its origin, RUNNING, name, lease, tags. */
  synchronized void create(RunRow origin, String startName, Map<String, String> startTags) {
    long at = clock.next();
    addRow(
        origin
            .withStatus(StatusChange.running(at))
            .withLifecycle(Stamp.of(at, RunRow.ACTIVE))
            .withLeaseUntil(leaseFrom(options.clock().instant())));
    Map<String, String> texts = new TreeMap<>();
    startTags.forEach((key, value) -> texts.put(key, rules.tag(key, value)));
    applyTags(texts, at);
    applyName(startName, at);
  }

  /**
   * Makes an ended run RUNNING again, with this process as its owner: what an earlier owner may
   * still say about the end belongs to an earlier epoch and loses.
   */
  synchronized void resume() {
    epoch++;
    addRow(
        RunRow.of(id, experimentId)
            .withStatus(
                new StatusChange(
                    epoch,
                    StatusChange.RANK_RUNNING,
                    clock.next(),
                    RunStatus.RUNNING,
                    Optional.empty(),
                    Optional.empty()))
            .withLeaseUntil(leaseFrom(options.clock().instant())));
  }

  private Instant leaseFrom(Instant now) {
    return Instant.ofEpochMilli(now.plus(options.lease()).toEpochMilli());
  }

  void renewLease() {
    addRow(RunRow.of(id, experimentId).withLeaseUntil(leaseFrom(options.clock().instant())));
  }

  synchronized void logParams(Map<String, ?> values) {
    checkOpen();
    Limits.checkBatch("params", values.size(), Limits.BATCH_PARAMS);
    Map<String, String> news = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          Limits.checkKey("param", key);
          String text = rules.param(key, String.valueOf(value));
          String known = params.get(key);
          if (known == null) {
            news.put(key, text);
          } else if (!known.equals(text)) {
            throw changedParam(key, known, text);
          }
        });
    if (!news.isEmpty()) {
      Limits.checkBatchBytes("params", news);
      Map<String, Stamp> stamps = stamped(news, clock.next());
      outbox.add(pending -> pending.addParams(stamps));
      params.putAll(news);
    }
  }

  private TrackingException changedParam(String key, String known, String wanted) {
    return TrackingException.invalid(
        "Changing param values is not allowed. Param with key='"
            + key
            + "' was already logged with value='"
            + known
            + "' for run ID='"
            + id
            + "'. Attempted logging new value '"
            + wanted
            + "'. Log it under another name, or as a tag, which may change.");
  }

  void logMetrics(Map<String, Double> values, long step, Instant time) {
    Limits.checkBatch("metrics", values.size(), Limits.BATCH_METRICS);
    List<MetricPoint> points = new ArrayList<>(values.size());
    values.forEach(
        (key, value) -> {
          Limits.checkKey("metric", key);
          long timestamp = Limits.millis("'timestamp' of metric '" + key + "'", time);
          if (value == null) {
            throw TrackingException.invalid(
                "Missing value for required parameter 'value' of metric '" + key + "'.");
          }
          points.add(
              new MetricPoint(experimentId, id, key, new MetricValue(step, timestamp, value)));
        });
    synchronized (this) {
      checkOpen();
      outbox.addPoints(points);
    }
  }

  synchronized void setTags(Map<String, String> values) {
    checkOpen();
    Limits.checkBatch("tags", values.size(), Limits.BATCH_TAGS);
    Map<String, String> texts = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          Limits.checkKey("tag", key);
          if (value == null) {
            throw TrackingException.invalid(
                "Missing value for required parameter 'value' of tag '" + key + "'.");
          }
          texts.put(key, rules.tag(key, value));
        });
    if (values.isEmpty()) {
      return;
    }
    Limits.checkBatchBytes("tags", texts);
    String newName = values.get(Tags.RUN_NAME);
    if (newName != null) {
      Limits.checkLength("name of a run", newName, Limits.RUN_TAG_VALUE);
    }
    long at = clock.next();
    applyTags(texts, at);
    if (newName != null) {
      applyName(newName, at);
    }
  }

  synchronized void rename(String newName) {
    checkOpen();
    Limits.checkLength("name of a run", newName, Limits.RUN_TAG_VALUE);
    applyName(newName, clock.next());
  }

  /** The name and its tag are one thing under two names. */
  private void applyName(String newName, long at) {
    String text = rules.tag(Tags.RUN_NAME, newName);
    applyTags(Map.of(Tags.RUN_NAME, text), at);
    addRow(RunRow.of(id, experimentId).withName(Stamp.of(at, text)));
    name = text;
  }

  private void applyTags(Map<String, String> texts, long at) {
    Map<String, Stamp> stamps = stamped(texts, at);
    outbox.add(pending -> pending.addTags(stamps));
    tags.putAll(texts);
  }

  synchronized void deleteTag(String key) {
    checkOpen();
    Limits.checkKey("tag", key);
    if (key.equals(Tags.RUN_NAME)) {
      throw TrackingException.invalid(
          "The tag " + key + " is the name of run " + id + "; rename the run instead.");
    }
    if (tags.remove(key) == null) {
      throw TrackingException.notFound("No tag with name: " + key + " in run with id " + id);
    }
    Map<String, Stamp> deletion = Map.of(key, Stamp.deletion(clock.next()));
    outbox.add(pending -> pending.addTags(deletion));
  }

  synchronized void logInput(DatasetRef dataset) {
    checkOpen();
    DatasetRef safe = rules.dataset(dataset);
    RunInput input = new RunInput(clock.next(), safe);
    outbox.add(pending -> pending.addInputs(Map.of(safe.key(), input)));
  }

  synchronized void setDeleted(boolean value) {
    String lifecycle = value ? RunRow.DELETED : RunRow.ACTIVE;
    addRow(RunRow.of(id, experimentId).withLifecycle(Stamp.of(clock.next(), lifecycle)));
    deleted = value;
  }

  /** Ends the run now; the first end stands. */
  synchronized void end(RunStatus status, Optional<String> message) {
    end(status, message, options.clock().instant());
  }

  /** As above, at that time. */
  synchronized void end(RunStatus status, Optional<String> message, Instant time) {
    if (!ended) {
      ended = true;
      sayIncomplete();
      Instant now = Instant.ofEpochMilli(Limits.millis("'end_time' of a run", time));
      addRow(
          RunRow.of(id, experimentId)
              .withStatus(
                  new StatusChange(
                      epoch,
                      StatusChange.RANK_OWNER,
                      clock.next(),
                      status,
                      Optional.of(now),
                      message.map(rules::message))));
    }
  }

  private void sayIncomplete() {
    long shed = outbox.shed();
    if (shed > 0) {
      String why = shed + " metric points were refused: the store did not take them in time";
      applyTags(Map.of(Tags.INCOMPLETE, why), clock.next());
    }
  }

  /** Whether the run is ended or about to be: it takes no more changes from its owner. */
  synchronized boolean isEnded() {
    return ended;
  }

  synchronized void checkOpen() {
    if (deleted) {
      throw TrackingException.invalid(
          "The run "
              + id
              + " must be in the 'active' state. Current state is deleted. Restore it"
              + " first.");
    }
    if (ended) {
      throw new TrackingException(
          ErrorCode.INVALID_STATE,
          "The run " + id + " has ended. Change it through Runlake.edit(...).");
    }
  }

  private void addRow(RunRow row) {
    outbox.add(pending -> pending.addRow(row));
  }

  private static Map<String, Stamp> stamped(Map<String, String> values, long at) {
    Map<String, Stamp> stamps = new TreeMap<>();
    values.forEach((key, value) -> stamps.put(key, Stamp.of(at, value)));
    return stamps;
  }
}
