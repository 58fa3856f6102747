package io.runlake.cli;

import io.runlake.store.MetricPoint;
import io.runlake.store.RunId;
import io.runlake.text.NearestMatch;
import io.runlake.tracking.Experiment;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunPage;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "runs",
    description = "List, search and show runs, the history of their metrics and what they read.",
    subcommands = {
      RunsCommand.ListAll.class,
      RunsCommand.Search.class,
      RunsCommand.Show.class,
      RunsCommand.History.class,
      RunsCommand.Inputs.class
    },
    footer = {"", "Example: runlake runs list --store ./runlake --experiment occupancy"})
final class RunsCommand extends Group {
  /** Where to look. */
  static final class Scope {
    @Option(
        names = "--experiment",
        paramLabel = "NAME",
        description = "Only runs of this experiment; several by repeating the option.")
    private List<String> experiments = new ArrayList<>();

    @Option(
        names = "--columns",
        paramLabel = "KEYS",
        description = {
          "Only these, such as run_name,metrics.accuracy,params; keys that hold commas in back"
              + " ticks. In JSON the run's attributes are there in any case."
        })
    private String columns = "";

    @Option(names = "--count", description = "Only say how many there are, on all pages together.")
    private boolean count;

    @Mixin private ViewOption view;
    @Mixin private PageOptions page;

    RunQuery query() {
      RunQuery query = RunQuery.all().withView(view.view()).withColumns(keys(columns));
      return page.of(experiments.isEmpty() ? query : query.withExperimentNames(experiments));
    }

    Answer answer(Runlake runlake, RunQuery query) {
      return count ? count(runlake.countRuns(query)) : page(runlake, query);
    }

    /** Splits at commas outside of quotes. */
    private static List<String> keys(String columns) {
      return columns.isBlank()
          ? List.of()
          : List.of(columns.split(",(?=(?:[^`\"]|`[^`]*`|\"[^\"]*\")*$)"));
    }
  }

  private static Answer count(long runs) {
    return new Answer(() -> Map.of("count", runs), () -> runs + System.lineSeparator());
  }

  private static Answer page(Runlake runlake, RunQuery query) {
    RunPage page = runlake.searchRuns(query);
    return new Answer(
        () -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("runs", page.runs().stream().map(RunViews::json).toList());
          json.put("next_page_token", page.nextPageToken().orElse(null));
          return json;
        },
        () ->
            (query.columns().isEmpty()
                    ? RunViews.table(page.runs(), Experiments.names(runlake))
                    : RunViews.table(page.runs(), query))
                + PageOptions.more(page.nextPageToken()));
  }

  @Command(
      name = "list",
      description = "List runs, the latest start first.",
      footer = {"", "Example: runlake runs list --store ./runlake --experiment occupancy"})
  static final class ListAll extends StoreCommand {
    @Mixin private Scope scope;

    @Override
    Answer answer(Runlake runlake) {
      return scope.answer(runlake, scope.query());
    }
  }

  @Command(
      name = "search",
      description = "Search runs with MLflow's filter grammar; over all experiments by default.",
      footer = {
        "",
        "Example: runlake runs search --store ./runlake --experiment occupancy \\",
        "           --filter \"metrics.accuracy > 0.9\" --order-by \"metrics.accuracy DESC\" --json"
      })
  static final class Search extends StoreCommand {
    @Mixin private Scope scope;
    @Mixin private SearchOptions search;

    @Override
    Answer answer(Runlake runlake) {
      return scope.answer(
          runlake, scope.query().withFilter(search.filter()).withOrderBy(search.orderBy()));
    }
  }

  @Command(
      name = "show",
      description = "Show one run with all that was logged to it.",
      footer = {
        "",
        "Example: runlake runs show 01a0b1c2d3e47f0088aabbccddeeff00 --store ./runlake"
      })
  static final class Show extends StoreCommand {
    @Parameters(paramLabel = "RUN_ID", description = "The run's id.")
    private String id;

    @Override
    Answer answer(Runlake runlake) {
      Run run = run(runlake, id);
      return new Answer(
          () -> RunViews.json(run),
          () -> {
            String experiment =
                runlake
                    .findExperiment(run.experimentId())
                    .map(Experiment::name)
                    .orElse(run.experimentId().value());
            return RunViews.text(run, experiment);
          });
    }
  }

  private static Run run(Runlake runlake, String id) {
    return runlake
        .getRun(new RunId(id))
        .orElseThrow(() -> new UsageException("There is no run '" + id + "' in this store."));
  }

  @Command(
      name = "inputs",
      description = "Show what a run read: tables, versions, files, and the columns used.",
      footer = {
        "",
        "Example: runlake runs inputs 01a0b1c2d3e47f0088aabbccddeeff00 --store ./runlake"
      })
  static final class Inputs extends StoreCommand {
    @Parameters(paramLabel = "RUN_ID", description = "The run's id.")
    private String id;

    @Override
    Answer answer(Runlake runlake) {
      Run run = run(runlake, id);
      return new Answer(() -> InputViews.json(run), () -> InputViews.text(run));
    }
  }

  @Command(
      name = "history",
      description = "Show every value of a metric of a run, by step and time.",
      footer = {
        "",
        "Example: runlake runs history 01a0b1c2d3e47f0088aabbccddeeff00 --key loss --store ./runlake"
      })
  static final class History extends StoreCommand {
    @Parameters(paramLabel = "RUN_ID", description = "The run's id.")
    private String id;

    @Option(names = "--key", paramLabel = "METRIC", required = true, description = "The metric.")
    private String key;

    @Override
    Answer answer(Runlake runlake) {
      RunId run = new RunId(id);
      List<MetricPoint> points = runlake.metricHistory(run, key);
      if (points.isEmpty()) {
        Set<String> known =
            runlake.getRun(run).map(found -> found.metrics().keySet()).orElseThrow();
        throw new UsageException(
            "The run '" + id + "' has no metric '" + key + "'" + NearestMatch.hint(key, known));
      }
      return new Answer(() -> RunViews.json(points), () -> RunViews.table(points));
    }
  }
}
