package io.runlake.flavor;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.flavor.ModelException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The stages of a saved model as their metadata files tell, read without Spark's loader: each stage
 * is a folder with a folder {@code metadata} of text files, whose first line is a JSON object that
 * names the class to load.
 */
final class SavedStages {
  /** As Spark up to 4.0 and since 4.1 names them; a reader would unpack {@code part-00000.gz}. */
  private static final Pattern PART = Pattern.compile("part-[0-9]+[0-9a-f-]*(\\.txt)?");

  private static final Pattern RUNS_CODE =
      Pattern.compile("(?i)\\b(java_method|try_reflect|reflect)\\b");
  private static final String SQL_TRANSFORMER = "org.apache.spark.ml.feature.SQLTransformer";

  /**
   * A stage that the folder holds.
   *
   * @param file its metadata file, relative to the model folder
   * @param statement the SQL that it runs, or empty
   */
  record Stage(String file, String className, String sparkVersion, String statement) {}

  private final ModelFolder folder;
  private final List<Stage> stages;

  private SavedStages(ModelFolder folder, List<Stage> stages) {
    this.folder = folder;
    this.stages = stages;
  }

  /**
   * Reads every metadata file below a folder of the model.
   *
   * @throws ModelException {@code DAMAGED} when there is none, or one that Spark would read
   *     otherwise
   */
  static SavedStages read(ModelFolder folder, String data) {
    List<Stage> stages = new ArrayList<>();
    for (var file : folder.files().entrySet()) {
      String path = file.getKey();
      int slash = path.lastIndexOf('/');
      String name = path.substring(slash + 1);
      boolean hidden = name.startsWith(".") || name.startsWith("_");
      if (path.startsWith(data + "/") && path.contains("/metadata/") && !hidden) {
        stages.addAll(readFile(folder, path, name, file.getValue()));
      }
    }
    String top = data + "/metadata/";
    if (stages.stream().noneMatch(stage -> stage.file().startsWith(top))) {
      throw damaged(folder, "there is no stage in " + top);
    }
    return new SavedStages(folder, List.copyOf(stages));
  }

  private static List<Stage> readFile(ModelFolder folder, String path, String name, long size) {
    if (!PART.matcher(name).matches() || !path.endsWith("/metadata/" + name)) {
      throw damaged(folder, path + " is no metadata file that Spark writes");
    }
    List<Stage> stages = new ArrayList<>();
    if (size > 0) {
      try {
        for (String line : folder.readText(path).lines().toList()) {
          stages.add(parse(folder, path, line));
        }
      } catch (IOException e) {
        throw ModelFolder.storage(folder.path(), "read " + path + " of", e);
      }
    }
    return stages;
  }

  private static Stage parse(ModelFolder folder, String path, String line) {
    try {
      JsonNode json = Json.readStrict(line);
      if (!json.path("class").isTextual()) {
        throw damaged(folder, path + " names no class");
      }
      return new Stage(
          path,
          json.get("class").asText(),
          json.path("sparkVersion").asText("unknown"),
          json.path("paramMap").path("statement").asText(""));
    } catch (IOException e) {
      throw new ModelException(
          Kind.DAMAGED,
          folder.path(),
          "The model at "
              + folder.path()
              + " is damaged: "
              + path
              + " is no sound JSON: "
              + e.getMessage(),
          e);
    }
  }

  /** The class names, sorted. */
  TreeSet<String> classes() {
    TreeSet<String> names = new TreeSet<>();
    stages.forEach(stage -> names.add(stage.className()));
    return names;
  }

  /** The class of the model as a whole. */
  Stage top(String data) {
    return stages.stream()
        .filter(stage -> stage.file().startsWith(data + "/metadata/"))
        .findFirst()
        .orElseThrow();
  }

  List<Stage> all() {
    return stages;
  }

  /** Refuses the first class that is not allowed, and SQL that calls Java. */
  void check(AllowList allow) {
    for (Stage stage : stages) {
      if (!allow.allows(stage.className())) {
        throw new ModelException(
            Kind.FORBIDDEN_CLASS,
            stage.className(),
            "The model at "
                + folder.path()
                + " names the class "
                + stage.className()
                + " in "
                + stage.file()
                + ", which is not on the allow-list "
                + allow.patterns()
                + ". Loading it would run its code; add it to the allow-list if you trust it");
      }
      if (stage.className().equals(SQL_TRANSFORMER)
          && RUNS_CODE.matcher(stage.statement()).find()) {
        throw new ModelException(
            Kind.FORBIDDEN_CLASS,
            stage.className(),
            "The model at "
                + folder.path()
                + " has an SQL stage in "
                + stage.file()
                + " that calls Java methods: "
                + stage.statement());
      }
    }
  }

  private static ModelException damaged(ModelFolder folder, String why) {
    return new ModelException(
        Kind.DAMAGED, folder.path(), "The model at " + folder.path() + " is damaged: " + why);
  }
}
