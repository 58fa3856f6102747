package io.runlake.cli;

import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.store.ExperimentId;
import io.runlake.text.NearestMatch;
import io.runlake.tracking.Experiment;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.ViewType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "experiments",
    description = "List, search and show experiments.",
    subcommands = {
      ExperimentsCommand.ListAll.class,
      ExperimentsCommand.Search.class,
      ExperimentsCommand.Show.class
    },
    footer = {"", "Example: runlake experiments list --store ./runlake"})
final class ExperimentsCommand extends Group {
  private static Answer page(Runlake runlake, SearchQuery query, ViewType view) {
    Page<Experiment> page = runlake.searchExperiments(query, view);
    return new Answer(
        () -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("experiments", page.items().stream().map(ExperimentViews::json).toList());
          json.put("next_page_token", page.nextPageToken().orElse(null));
          return json;
        },
        () -> ExperimentViews.table(page.items()) + PageOptions.more(page.nextPageToken()));
  }

  @Command(
      name = "list",
      description = "List experiments, the newest first.",
      footer = {"", "Example: runlake experiments list --store ./runlake"})
  static final class ListAll extends StoreCommand {
    @Mixin private PageOptions page;
    @Mixin private ViewOption view;

    @Override
    Answer answer(Runlake runlake) {
      return page(runlake, page.of(SearchQuery.all()), view.view());
    }
  }

  @Command(
      name = "search",
      description = "Search experiments with MLflow's filter grammar.",
      footer = {
        "",
        "Example: runlake experiments search --store ./runlake --filter \"name LIKE 'occu%%'\""
      })
  static final class Search extends StoreCommand {
    @Mixin private SearchOptions search;
    @Mixin private PageOptions page;
    @Mixin private ViewOption view;

    @Override
    Answer answer(Runlake runlake) {
      return page(runlake, page.of(search.query()), view.view());
    }
  }

  @Command(
      name = "show",
      description = "Show one experiment, deleted ones too.",
      footer = {"", "Example: runlake experiments show occupancy --store ./runlake"})
  static final class Show extends StoreCommand {
    private static final Pattern EXPERIMENT_ID = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,63}");

    @Parameters(paramLabel = "NAME_OR_ID", description = "The experiment's name or id.")
    private String name;

    @Override
    Answer answer(Runlake runlake) {
      Experiment experiment = find(runlake);
      return new Answer(
          () -> ExperimentViews.json(experiment), () -> ExperimentViews.text(experiment));
    }

    private Experiment find(Runlake runlake) {
      return runlake
          .findExperiment(name)
          .or(() -> EXPERIMENT_ID.matcher(name).matches() ? byId(runlake) : Optional.empty())
          .orElseThrow(() -> unknown(runlake));
    }

    private Optional<Experiment> byId(Runlake runlake) {
      return runlake.findExperiment(new ExperimentId(name));
    }

    private UsageException unknown(Runlake runlake) {
      List<String> names = runlake.experiments().stream().map(Experiment::name).toList();
      return new UsageException(
          "There is no experiment '" + name + "' in this store" + NearestMatch.hint(name, names));
    }
  }
}
