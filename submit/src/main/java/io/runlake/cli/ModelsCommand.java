package io.runlake.cli;

import io.runlake.registry.ModelRegistry;
import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisteredModel;
import io.runlake.registry.RegistryChange;
import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.text.NearestMatch;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "models",
    description = "List, search, show and register models; set and delete aliases.",
    subcommands = {
      ModelsCommand.ListAll.class,
      ModelsCommand.Search.class,
      ModelsCommand.Show.class,
      RegisterCommand.class,
      AliasCommands.SetAlias.class,
      AliasCommands.DeleteAlias.class
    },
    footer = {"", "Example: runlake models show occupancy --store ./runlake"})
final class ModelsCommand extends Group {
  private static <T> Answer page(
      String name, Page<T> page, Function<T, Object> json, Function<List<T>, String> table) {
    return new Answer(
        () -> {
          Map<String, Object> document = new LinkedHashMap<>();
          document.put(name, page.items().stream().map(json).toList());
          document.put("next_page_token", page.nextPageToken().orElse(null));
          return document;
        },
        () -> table.apply(page.items()) + PageOptions.more(page.nextPageToken()));
  }

  private static Answer models(Runlake runlake, SearchQuery query) {
    return page(
        "registered_models",
        runlake.registry().searchModels(query),
        ModelViews::json,
        ModelViews::table);
  }

  /** The model of that name, or an error that names the nearest. */
  static RegisteredModel find(ModelRegistry registry, String name) {
    return registry
        .find(name)
        .orElseThrow(
            () -> {
              List<String> names = registry.models().stream().map(RegisteredModel::name).toList();
              return new UsageException(
                  "There is no registered model '" + name + "'" + NearestMatch.hint(name, names));
            });
  }

  @Command(
      name = "list",
      description = "List registered models by name.",
      footer = {"", "Example: runlake models list --store ./runlake"})
  static final class ListAll extends StoreCommand {
    @Mixin private PageOptions page;

    @Override
    Answer answer(Runlake runlake) {
      return models(runlake, page.of(SearchQuery.all()));
    }
  }

  @Command(
      name = "search",
      description = "Search registered models, or their versions, with MLflow's filter grammar.",
      footer = {
        "",
        "Example: runlake models search --store ./runlake --versions \\",
        "           --filter \"name = 'occupancy'\" --order-by \"version_number DESC\""
      })
  static final class Search extends StoreCommand {
    @Mixin private SearchOptions search;
    @Mixin private PageOptions page;

    @Option(names = "--versions", description = "Search model versions instead of models.")
    private boolean versions;

    @Override
    Answer answer(Runlake runlake) {
      SearchQuery query = page.of(search.query());
      if (!versions) {
        return models(runlake, query);
      }
      return page(
          "model_versions",
          runlake.registry().searchVersions(query),
          ModelViews::json,
          ModelViews::versionTable);
    }
  }

  @Command(
      name = "show",
      description = "Show one registered model: versions, aliases, and who changed what and why.",
      footer = {"", "Example: runlake models show occupancy --store ./runlake"})
  static final class Show extends StoreCommand {
    @Parameters(paramLabel = "NAME", description = "The registered model.")
    private String name;

    @Override
    Answer answer(Runlake runlake) {
      ModelRegistry registry = runlake.registry();
      RegisteredModel model = find(registry, name);
      List<ModelVersion> versions = registry.versions(name);
      List<RegistryChange> history = registry.history(name);
      return new Answer(
          () -> {
            Map<String, Object> json = ModelViews.json(model);
            json.put("versions", versions.stream().map(ModelViews::json).toList());
            json.put("history", history.stream().map(ModelViews::json).toList());
            return json;
          },
          () -> ModelViews.text(model, versions, history));
    }
  }
}
