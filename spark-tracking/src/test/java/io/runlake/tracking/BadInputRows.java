package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.registry.RegisterOptions;
import io.runlake.search.SearchQuery;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The table of bad input. Its lines: F2 names, F4 sizes, F5 times, F6 wrong states, F7 filters; F1,
 * odd doubles, is legal and in {@link OddInputTest}; F18, input that does not fit a model, is with
 * the scoring jobs.
 */
final class BadInputRows {
  /** What is done to the store. */
  interface Call {
    void on(BadInputWorld world) throws Exception;
  }

  /**
   * One bad input.
   *
   * @param line which kind, see above
   * @param says what the message must name
   * @param position where in a filter or order the fault is; 0 for what is none
   */
  record Row(String line, String what, Call call, ErrorCode code, int position, List<String> says) {
    @Override
    public String toString() {
      return line + " " + what;
    }
  }

  private final List<Row> rows = new ArrayList<>();

  private BadInputRows() {}

  static List<Row> all() {
    BadInputRows table = new BadInputRows();
    table.keys();
    table.batchesWithOneBadKey();
    table.longValues();
    table.largeCalls();
    table.times();
    table.endedDeletedAndUnknownRuns();
    table.experiments();
    table.filters();
    table.orders();
    table.otherSearches();
    return table.rows;
  }

  private void invalid(String line, String what, Call call, String... says) {
    add(line, what, ErrorCode.INVALID_PARAMETER_VALUE, call, says);
  }

  private void add(String line, String what, ErrorCode code, Call call, String... says) {
    rows.add(new Row(line, what, call, code, 0, List.of(says)));
  }

  // F2

  private void keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put(null, "empty");
    keys.put("", "empty");
    keys.put("k".repeat(251), "exceeds the maximum length of 250 characters");
    keys.put("a/../b", "write it as 'b'");
    keys.put("/a", "write it as 'a'");
    keys.put("a//b", "write it as 'a/b'");
    keys.put(".", "without empty, '.' or '..' parts");
    keys.put("..", "not beginning with '..'");
    keys.put("a/", "write it as 'a'");
    keys.put("\uD83D\uDE00", "may only contain letters");
    keys.put("\uD83D", "may only contain letters");
    keys.put("a\nb", "may only contain letters");
    keys.put("\"", "may only contain letters");
    keys.put("a\u0000", "may only contain letters");
    keys.forEach(
        (key, rule) -> {
          String shown = key == null ? "null" : key.length() > 20 ? key.length() + " chars" : key;
          String safe = shown.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
          invalid("F2", "metric key " + safe, w -> w.live.logMetric(key, 1), "metric", rule);
          invalid("F2", "param key " + safe, w -> w.live.logParam(key, 1), "param", rule);
          invalid("F2", "tag key " + safe, w -> w.live.setTag(key, "1"), "tag", rule);
          invalid(
              "F2",
              "metric key with step and time " + safe,
              w -> w.live.logMetric(key, 1, 1, Instant.EPOCH),
              "metric",
              rule);
          invalid(
              "F2",
              "tag key of an experiment " + safe,
              w -> w.runlake.setExperimentTag(w.experiment, key, "1"),
              "tag",
              rule);
          invalid(
              "F2",
              "tag key of a version " + safe,
              w -> w.runlake.registry().setVersionTag("detector", 1, key, "1", ""),
              "tag",
              rule);
        });
    invalid("F2", "tag without value", w -> w.live.setTag("t", null), "'value' of tag 't'");
    invalid(
        "F2",
        "tag of an experiment without value",
        w -> w.runlake.setExperimentTag(w.experiment, "t", null),
        "'value' of tag 't'");
    invalid("F2", "deleted tag without key", w -> w.live.deleteTag(null), "tag", "empty");
  }

  private void batchesWithOneBadKey() {
    Map<String, Double> metrics = new HashMap<>(Map.of("new1", 1.0, "a//b", 1.0, "new2", 1.0));
    invalid("F2", "batch of metrics", w -> w.live.logMetrics(metrics, 3), "a//b");
    Map<String, Double> noValue = new HashMap<>(metrics);
    noValue.remove("a//b");
    noValue.put("x", null);
    invalid("F2", "batch with a metric without value", w -> w.live.logMetrics(noValue), "'x'");
    invalid(
        "F2",
        "batch of params",
        w -> w.live.logParams(Map.of("new1", 1, "/a", 1, "new2", 1)),
        "'/a'");
    invalid(
        "F2",
        "batch of params of which one has another value",
        w -> w.live.logParams(Map.of("new1", 1, "p", 2, "new2", 1)),
        "key='p'",
        "value='1'",
        "value '2'");
    invalid(
        "F2",
        "batch of tags",
        w -> w.live.setTags(Map.of("new1", "1", "a\tb", "1", "new2", "1")),
        "a?b");
    invalid(
        "F2",
        "run started with a bad tag",
        w -> w.runlake.startRun(RunSpec.of("a new experiment").withTag("a//b", "1")),
        "a//b");
    invalid(
        "F2",
        "registered model with a bad tag",
        w -> w.runlake.registry().createModel("new", RegisterOptions.none().withTag("..", "1")),
        "'..'");
  }

  // F4

  private void longValues() {
    invalid(
        "F4",
        "param of 6001 characters",
        w -> w.liveStrict.logParam("p", "x".repeat(6001)),
        "'p'",
        "6001",
        "6000");
    invalid(
        "F4",
        "tag of 8001 characters",
        w -> w.liveStrict.setTag("t", "x".repeat(8001)),
        "'t'",
        "8001",
        "8000");
    invalid(
        "F4",
        "batch of params of which one is too long",
        w -> w.liveStrict.logParams(Map.of("new1", 1, "p", "x".repeat(6001))),
        "6001");
    invalid(
        "F4",
        "tag of an experiment of 5001 characters",
        w -> w.runlake.setExperimentTag(w.experiment, "t", "x".repeat(5001)),
        "'t'",
        "5001",
        "5000");
    invalid(
        "F4",
        "tag of a model of 100,001 characters",
        w -> w.runlake.registry().setModelTag("detector", "t", "x".repeat(100_001), ""),
        "100001",
        "100000");
    invalid(
        "F4",
        "experiment name of 501 characters",
        w -> w.runlake.experiment("e".repeat(501)),
        "experiment",
        "501",
        "500");
    invalid(
        "F4",
        "experiment renamed to 501 characters",
        w -> w.runlake.renameExperiment(w.experiment, "e".repeat(501)),
        "501",
        "500");
    invalid(
        "F4",
        "run in an experiment of 501 characters",
        w -> w.runlake.startRun("e".repeat(501)),
        "501",
        "500");
    invalid(
        "F4",
        "run name of 8001 characters",
        w -> w.runlake.startRun(RunSpec.of("new").withName("n".repeat(8001))),
        "name of a run",
        "8001");
    invalid(
        "F4",
        "alias of 256 characters",
        w -> w.runlake.registry().setAlias("detector", "a".repeat(256), 1, ""),
        "alias",
        "255");
  }

  private void largeCalls() {
    Map<String, Double> metrics =
        IntStream.range(0, 1001).boxed().collect(Collectors.toMap(i -> "m" + i, i -> 1.0));
    invalid("F4", "1001 metrics", w -> w.live.logMetrics(metrics), "at most 1000 metrics", "1001");
    Map<String, String> texts = numbered(101, "x");
    invalid("F4", "101 params", w -> w.live.logParams(texts), "at most 100 params", "has 101");
    invalid("F4", "101 tags", w -> w.live.setTags(texts), "at most 100 tags", "has 101");
    invalid(
        "F4",
        "params of more than 1 MB",
        w -> w.live.logParams(numbered(100, "é".repeat(6000))),
        "params",
        "at most 1000000 bytes",
        "1200290");
    invalid(
        "F4",
        "tags of more than 1 MB",
        w -> w.live.setTags(numbered(100, "é".repeat(8000))),
        "tags",
        "at most 1000000 bytes");
    invalid(
        "F4",
        "1001 metrics from an editor",
        w -> w.runlake.edit(w.finished.id()).logMetrics(metrics),
        "at most 1000 metrics");
  }

  private static Map<String, String> numbered(int count, String value) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "k" + i, i -> value));
  }

  // F5

  private void times() {
    Map<String, Instant> times = new LinkedHashMap<>();
    times.put("-1 ms", Instant.ofEpochMilli(-1));
    times.put("the smallest", Instant.MIN);
    times.put("Long.MIN ms", Instant.ofEpochMilli(Long.MIN_VALUE));
    times.put("year 10000", Instant.parse("+10000-01-01T00:00:00Z"));
    times.put("the greatest", Instant.MAX);
    times.forEach(
        (what, time) -> {
          invalid(
              "F5",
              "timestamp " + what,
              w -> w.live.logMetric("m", 1, 0, time),
              "'timestamp' of metric 'm'",
              time.toString(),
              "9999");
          invalid(
              "F5",
              "start time " + what,
              w -> w.runlake.startRun(RunSpec.of("new").withStartTime(time)),
              "'start_time' of a run",
              time.toString());
        });
    invalid("F5", "no timestamp", w -> w.live.logMetric("m", 1, 0, null), "'timestamp' of metric");
  }

  // F6

  private void endedDeletedAndUnknownRuns() {
    Map<String, LogCall> logs = new LinkedHashMap<>();
    logs.put("metric", run -> run.logMetric("m", 1));
    logs.put("metrics", run -> run.logMetrics(Map.of("m", 1.0), 2));
    logs.put("param", run -> run.logParam("new", 1));
    logs.put("tag", run -> run.setTag("new", "1"));
    logs.put("deleted tag", run -> run.deleteTag(Tags.USER));
    logs.put("text", run -> run.logText("x", "x.txt"));
    logs.put("input", run -> run.logInput(input()));
    logs.forEach(
        (what, log) -> {
          add(
              "F6",
              what + " to an ended run",
              ErrorCode.INVALID_STATE,
              w -> log.to(w.finished),
              "has ended",
              "Runlake.edit");
          invalid(
              "F6",
              what + " to a deleted run",
              w -> log.to(w.deleted),
              "must be in the 'active' state",
              "Restore it");
        });
    RunId nobody = new RunId("0123456789abcdef0123456789abcdef");
    unknown("an unknown run", w -> w.runlake.edit(nobody), nobody.value());
    unknown("metrics of an unknown run", w -> w.runlake.metricHistory(nobody, "m"), nobody.value());
    unknown("files of an unknown run", w -> w.runlake.listArtifacts(nobody, ""), nobody.value());
    unknown("a file of an unknown run", w -> w.runlake.openArtifact(nobody, "x"), nobody.value());
    unknown("a tag that is not there", w -> w.live.deleteTag("none"), "none");
    for (RunStatus status : List.of(RunStatus.FAILED, RunStatus.KILLED)) {
      add(
          "F6",
          "end as " + status + " after FINISHED",
          ErrorCode.INVALID_STATE,
          w -> w.finished.endRun(status),
          "has ended as FINISHED",
          status.name());
    }
    invalid(
        "F6", "end as RUNNING", w -> w.live.endRun(RunStatus.RUNNING), "does not end as RUNNING");
  }

  private interface LogCall {
    void to(RunLog run);
  }

  private static DatasetRef input() {
    Optional<String> none = Optional.empty();
    return new DatasetRef("delta", "/data/t", none, none, none, none);
  }

  private void unknown(String what, Call call, String... says) {
    add("F6", what, ErrorCode.RESOURCE_DOES_NOT_EXIST, call, says);
  }

  private void experiments() {
    add(
        "F6",
        "delete an experiment with running runs",
        ErrorCode.INVALID_STATE,
        w -> w.runlake.deleteExperiment(w.experiment),
        "'e'",
        "2 running run(s)",
        "lease");
    invalid(
        "F6",
        "run in a deleted experiment, by id",
        w -> w.runlake.startRun(RunSpec.in(w.gone)),
        "'gone'",
        "Restore it");
    add(
        "F6",
        "run in a deleted experiment, by name",
        ErrorCode.RESOURCE_ALREADY_EXISTS,
        w -> w.runlake.startRun("gone"),
        "'gone'",
        "Restore it");
    ExperimentId nobody = new ExperimentId("123");
    unknown("run in an unknown experiment", w -> w.runlake.startRun(RunSpec.in(nobody)), "123");
    unknown("delete an unknown experiment", w -> w.runlake.deleteExperiment(nobody), "123");
    unknown("restore an unknown experiment", w -> w.runlake.restoreExperiment(nobody), "123");
    unknown("tag an unknown one", w -> w.runlake.setExperimentTag(nobody, "a", "b"), "123");
    add(
        "F6",
        "rename to a name that is taken",
        ErrorCode.RESOURCE_ALREADY_EXISTS,
        w -> w.runlake.renameExperiment(w.other, "e"),
        "name=e");
    invalid("F6", "run without an experiment", w -> w.runlake.startRun(RunSpec.named("n")), "of(");
  }

  // F7

  private void filters() {
    filter("unclosed quote", "params.p = 'x", 12, "is not closed");
    filter("unclosed back-tick", "params.`p = 'x'", 8, "is not closed");
    filter("unclosed double quote", "params.\"p = 'x'", 8, "is not closed");
    filter("two statements", "metrics.m > 1; DROP TABLE runs", 14, "one statement only");
    filter("OR 1=1", "params.p = 'x' OR 1=1", 16, "OR is not supported");
    filter("quote, then OR 1=1", "params.p = '' OR '1'='1'", 15, "OR is not supported");
    filter("1=1", "1=1", 1, "a key was expected");
    filter("comment", "metrics.m > 1 -- x", 15, "no meaning here");
    filter("number against text", "metrics.m > 'a'", 13, "compared with a number");
    filter("text against number", "params.p = 1", 12, "a text in quotes");
    filter("1 MB", "metrics.m > 1 AND ".repeat(58_255), 100_001, "1048590 characters");
    filter("1 MB in quotes", "tags.t = '" + "x".repeat(1_000_000) + "'", 100_001, "at most");
    filter("10,000 brackets", "(".repeat(10_000), 1, "parentheses are for the lists of IN only");
    filter("10,000 brackets in a list", "run_id IN " + "(".repeat(10_000), 12, "in quotes");
    filter("10,000 closing brackets", ")".repeat(10_000), 1, "a key was expected");
    filter("LIKE of a number", "metrics.m LIKE '%%%'", 11, "does not fit");
    filter("LIKE without a pattern", "tags.t LIKE", 12, "a text in quotes");
    filter("LIKE with a pattern that is not closed", "tags.t LIKE '%%%", 13, "is not closed");
    filter("unknown kind of key", "metrcs.m > 1", 1, "did you mean 'metric");
    filter("unknown attribute", "attributes.statos = 'x'", 1, "did you mean 'status'?");
    filter("unknown bare key", "accuracy > 0.9", 1, "'accuracy' is no attribute");
    filter("back-ticks inside a key", "metrics.a`b`c > 1", 1, "this is not a key");
    filter("empty back-ticks", "metrics.`` > 1", 1, "the key is empty");
    filter("unicode escape in a key", "metrics.\\u0061 > 1", 9, "no meaning here");
    filter("unicode escape of a quote", "params.p = \\u0027x\\u0027", 12, "no meaning here");
    filter("IN ()", "run_id IN ()", 12, "the list is empty");
    filter("IN of a param", "params.p IN ('a')", 10, "does not fit");
    filter("list that is not closed", "run_id IN ('a'", 15, "',' or ')' was expected");
    filter("control character", "metrics.m\u0000 > 1", 10, "no meaning here");
    filter("AND at the end", "metrics.m > 1 AND", 18, "a key was expected");
  }

  private void filter(String what, String filter, int position, String... says) {
    Call call = w -> w.runlake.searchRuns(RunQuery.all().withFilter(filter));
    searched("filter: " + what, call, position, says);
  }

  private void searched(String what, Call call, int position, String... says) {
    List<String> all = new ArrayList<>(List.of(says));
    all.add("position " + position);
    rows.add(new Row("F7", what, call, ErrorCode.INVALID_PARAMETER_VALUE, position, all));
  }

  private void orders() {
    order("two statements", "metrics.m; DROP TABLE runs", 10, "one statement only");
    order("no direction", "metrics.m SIDEWAYS", 11, "ASC, DESC or the end");
    order("unknown field", "metrcs.m", 1, "did you mean 'metric");
    order("1 MB", "a".repeat(1_000_000), 100_001, "1000000 characters");
    order("brackets", "(".repeat(10_000), 1, "parentheses");
  }

  private void order(String what, String item, int position, String... says) {
    Call call = w -> w.runlake.searchRuns(RunQuery.all().withOrderBy(item));
    searched("order: " + what, call, position, says);
  }

  private void otherSearches() {
    SearchQuery injected = SearchQuery.where("name = 'x' OR 1=1");
    SearchQuery unknown = SearchQuery.where("nam = 'x'");
    searched(
        "filter of experiments: OR 1=1",
        w -> w.runlake.searchExperiments(injected, ViewType.ALL),
        12,
        "OR is not supported");
    searched(
        "filter of experiments: unknown field",
        w -> w.runlake.searchExperiments(unknown, ViewType.ALL),
        1,
        "did you mean 'name'?");
    searched(
        "filter of models: OR 1=1",
        w -> w.runlake.registry().searchModels(injected),
        12,
        "OR is not supported");
    searched(
        "filter of versions: OR 1=1",
        w -> w.runlake.registry().searchVersions(injected),
        12,
        "OR is not supported");
    searched(
        "filter of versions: unknown field",
        w -> w.runlake.registry().searchVersions(unknown),
        1,
        "did you mean 'name'?");
    for (int size : new int[] {0, -1, Integer.MAX_VALUE}) {
      invalid(
          "F7",
          "page of " + size + " results",
          w -> w.runlake.searchRuns(RunQuery.all().withMaxResults(size)),
          "max_results",
          Integer.toString(size));
    }
    invalid(
        "F7",
        "forged page token",
        w -> w.runlake.searchRuns(RunQuery.all().withPageToken("forged")),
        "Invalid page token");
  }
}
