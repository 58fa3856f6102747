package io.runlake.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long reads of a store take in a process that reads again and again, on tables as writers
 * leave them and after maintenance. The rival's figure is one that was measured on such a machine,
 * not here.
 */
abstract class StoreReads implements Benchmark {
  /** Calls that come before those that count. */
  private static final int WARM_UP = 30;

  /** What a session has to say that maintains a store on the local disk. */
  private static final List<String> MAINTENANCE =
      List.of(
          "--conf",
          "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension",
          "--conf",
          "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
          "--conf",
          "spark.delta.logStore.file.impl=io.runlake.store.delta.LocalLogStore");

  private final String name;
  private final String about;
  private final double goal;
  private final double rival;
  private final Map<String, Object> peer;

  /**
   * @param goal in milliseconds, warm
   * @param rival the rival's best figure in milliseconds
   * @param peer all that is known of the rival
   */
  StoreReads(String name, String about, double goal, double rival, Map<String, Object> peer) {
    this.name = name;
    this.about = about;
    this.goal = goal;
    this.rival = rival;
    this.peer = peer;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String about() {
    return about;
  }

  /** Fills a store; the run that is asked for afterwards, if one is. */
  abstract List<String> fill(Bench bench, Path store) throws IOException, InterruptedException;

  /** What is asked, by what it is called; the first is the one that has a goal. */
  abstract Map<String, String> questions();

  /** What else is measured on a store. */
  Map<String, Object> more(Bench bench, Path store, String label)
      throws IOException, InterruptedException {
    return Map.of();
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int calls = Bench.setting("RUNLAKE_BENCH_CALLS", 100);
    Path store = bench.scratch().resolve("store");
    bench.say("filling a store");
    List<String> run = fill(bench, store);
    Map<String, Object> details = new LinkedHashMap<>();
    double load = ColdCli.load();
    Samples main = ask(bench, store, "as written", calls, run, details);
    bench.say("maintaining it");
    bench.submit(
        "maintain", MAINTENANCE, ReadProgram.class.getName(), arguments("maintain", store, 0, run));
    Samples settled = ask(bench, store, "maintained", calls, run, details);
    details.put("goal", goal);
    details.put("reached", Math.max(main.median(), settled.median()) <= goal);
    details.put("rival_measured_elsewhere", peer);
    details.put("processors", Runtime.getRuntime().availableProcessors());
    details.put("load_before", Figures.rounded(load));
    details.put("load_after", Figures.rounded(ColdCli.load()));
    return Figures.of(name, "ms", main, new Samples(rivals(main)), details);
  }

  private List<Double> rivals(Samples ours) {
    return ours.values().stream().map(any -> rival).toList();
  }

  private Samples ask(
      Bench bench,
      Path store,
      String label,
      int calls,
      List<String> run,
      Map<String, Object> details)
      throws IOException, InterruptedException {
    bench.say("reading it " + label);
    Samples first = null;
    Map<String, Object> told = new LinkedHashMap<>();
    for (Map.Entry<String, String> question : questions().entrySet()) {
      List<String> lines =
          bench.jvm(
              label.replace(' ', '-') + "-" + question.getValue(),
              ReadProgram.class.getName(),
              arguments(question.getValue(), store, WARM_UP + calls, run));
      List<Double> all = lines.stream().map(Double::valueOf).toList();
      Samples warm = Samples.none().with(all.subList(WARM_UP, all.size()));
      Map<String, Object> spread = ColdCli.spread(warm);
      spread.put("first_call_of_a_process", Figures.rounded(all.get(0)));
      told.put(question.getKey(), spread);
      first = first == null ? warm : first;
    }
    told.putAll(more(bench, store, label.replace(' ', '-')));
    details.put(label.replace(' ', '_'), told);
    return first;
  }

  private static List<String> arguments(String what, Path store, int count, List<String> run) {
    List<String> arguments =
        new ArrayList<>(List.of(what, store.toString(), Integer.toString(count)));
    arguments.addAll(run);
    return arguments;
  }

  /** 100 of 10,000 runs by a metric. */
  static final class Search extends StoreReads {
    Search() {
      super(
          "search-10k",
          "100 of 10,000 runs by a metric, warm, as written and maintained; cold by the command",
          100,
          227,
          Map.of(
              "sqlite_after_manual_analyze", Map.of("order", 227, "filter_and_order", 250),
              "sqlite", Map.of("order", 9769, "filter_and_order", 577),
              "file_store", Map.of("order", 11639, "filter_and_order", 13559)));
    }

    @Override
    List<String> fill(Bench bench, Path store) throws IOException, InterruptedException {
      int runs = Bench.setting("RUNLAKE_BENCH_RUNS", 10_000);
      bench.jvm(
          "write",
          ReadProgram.class.getName(),
          List.of("write", store.toString(), Integer.toString(runs)));
      return List.of();
    }

    @Override
    Map<String, String> questions() {
      Map<String, String> questions = new LinkedHashMap<>();
      questions.put("order", "search");
      questions.put("filter_and_order", "filter");
      return questions;
    }

    @Override
    Map<String, Object> more(Bench bench, Path store, String label)
        throws IOException, InterruptedException {
      int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 10);
      List<String> command =
          List.of(
              bench.home().resolve("submit/bin/runlake").toString(),
              "runs",
              "search",
              "--store",
              store.toString(),
              "--json",
              "--max-results",
              "100",
              "--order-by",
              "metrics.metric0 DESC");
      bench.seconds(label + "-cold", command);
      Samples cold = Samples.none();
      for (int turn = 0; turn < turns; turn++) {
        cold = cold.with(1000 * bench.seconds(label + "-cold", command));
      }
      Map<String, Object> spread = ColdCli.spread(cold);
      spread.put("goal", 2000);
      return Map.of("cold_command", spread);
    }
  }

  /** One run of 750 params among a thousand. */
  static final class GetRun extends StoreReads {
    GetRun() {
      super(
          "get-run",
          "one run of 750 params among 1,000 runs, warm, as written and maintained",
          10,
          34,
          Map.of("sqlite", 34, "rest_over_sqlite", 95, "file_store_1500_params", 43));
    }

    @Override
    List<String> fill(Bench bench, Path store) throws IOException, InterruptedException {
      return bench.jvm(
          "write", ReadProgram.class.getName(), List.of("write", store.toString(), "1000"));
    }

    @Override
    Map<String, String> questions() {
      return Map.of("get", "get");
    }
  }

  /** All points of one metric of a run. */
  static final class History extends StoreReads {
    History() {
      super(
          "metric-history",
          "10,000 points of one metric, of another run each time and of the same again, warm",
          15,
          30,
          Map.of(
              "points", 1500,
              "sqlite", 30,
              "rest_over_sqlite", 165,
              "file_store_3000_points", 10));
    }

    @Override
    List<String> fill(Bench bench, Path store) throws IOException, InterruptedException {
      return bench.jvm(
          "write", ReadProgram.class.getName(), List.of("history", store.toString(), "10000"));
    }

    @Override
    Map<String, String> questions() {
      Map<String, String> questions = new LinkedHashMap<>();
      questions.put("of_another_run_each_time", "points-of-others");
      questions.put("asked_again", "points");
      return questions;
    }
  }
}
