package io.runlake.flavor;

import io.runlake.text.NearestMatch;
import io.runlake.text.Redaction;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a model is: in the registry, under a run, or at a path. The grammar is MLflow's: {@code
 * models:/name/3}, {@code models:/name@alias}, {@code models:/name/Production}, {@code
 * models:/name/latest}, {@code runs:/id/path}, or a path of a file system that Hadoop knows.
 *
 * <p>Every instance is checked and canonical; the text that it was parsed from is not kept.
 * Resolving to a folder is the registry's work.
 */
public sealed interface ModelUri {
  /** The canonical text, which parses to an equal value. */
  String text();

  /**
   * Reads a model URI or path.
   *
   * @throws ModelException of kind {@code BAD_URI}, saying what is wrong and what would be right
   */
  static ModelUri parse(String text) {
    String trimmed = text == null ? "" : text.strip();
    if (trimmed.startsWith("models:")) {
      return ModelUriParser.registered(trimmed);
    }
    if (trimmed.startsWith("runs:")) {
      return ModelUriParser.runArtifact(trimmed);
    }
    return new ModelPath(trimmed);
  }

  /** One version of a registered model. */
  record Version(String name, int version) implements ModelUri {
    /** Checks the name, and that the version is at least 1. */
    public Version {
      ModelUriParser.checkName(name);
      if (version < 1) {
        throw ModelUriParser.bad(name, "version numbers start at 1, not " + version);
      }
    }

    @Override
    public String text() {
      return "models:/" + name + "/" + version;
    }
  }

  /** The version that an alias points to. */
  record Alias(String name, String alias) implements ModelUri {
    /** Letters, digits, underscore and hyphen; {@code latest} and {@code v3} are reserved. */
    private static final Pattern ALIAS = Pattern.compile("(?U)[\\w\\-]{1,255}");

    /** Checks name and alias. */
    public Alias {
      ModelUriParser.checkName(name);
      if (!ALIAS.matcher(alias).matches()) {
        throw ModelUriParser.bad(
            alias, "an alias is 1 to 255 letters, digits, '_' or '-', not '" + alias + "'");
      }
      if (alias.equalsIgnoreCase("latest")) {
        throw ModelUriParser.bad(
            alias,
            "'latest' is not an alias; for the newest version write models:/" + name + "/latest");
      }
      if (alias.matches("[vV]\\d+")) {
        throw ModelUriParser.bad(
            alias,
            "'"
                + alias
                + "' is reserved; for that version write models:/"
                + name
                + "/"
                + alias.substring(1));
      }
    }

    @Override
    public String text() {
      return "models:/" + name + "@" + alias;
    }
  }

  /** The newest version in a stage. */
  record Stage(String name, String stage) implements ModelUri {
    /** The stages that MLflow knows. */
    public static final List<String> STAGES = List.of("None", "Staging", "Production", "Archived");

    /** Checks the name; the stage may be written in any case and is kept as MLflow writes it. */
    public Stage {
      ModelUriParser.checkName(name);
      String wanted = stage;
      stage =
          STAGES.stream()
              .filter(known -> known.equalsIgnoreCase(wanted))
              .findFirst()
              .orElseThrow(
                  () ->
                      ModelUriParser.bad(
                          wanted,
                          "'"
                              + wanted
                              + "' is neither a version number, nor 'latest', nor one of the stages "
                              + STAGES
                              + NearestMatch.hint(wanted, STAGES)
                              + "; an alias is written models:/"
                              + name
                              + "@"
                              + wanted));
    }

    @Override
    public String text() {
      return "models:/" + name + "/" + stage;
    }
  }

  /** The newest version that is not deleted. */
  record Latest(String name) implements ModelUri {
    /** Checks the name. */
    public Latest {
      ModelUriParser.checkName(name);
    }

    @Override
    public String text() {
      return "models:/" + name + "/latest";
    }
  }

  /** A folder among the artifacts of a run. */
  record RunArtifact(String runId, String path) implements ModelUri {
    private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,255}");

    /** Checks the id, and that the path stays below the run's artifacts. */
    public RunArtifact {
      if (!RUN_ID.matcher(runId).matches()) {
        throw ModelUriParser.bad(
            runId,
            "'"
                + Redaction.text(runId)
                + "' is no run id: letters, digits, '_' and '-' are allowed");
      }
      path = CanonicalPath.relative(path);
    }

    @Override
    public String text() {
      return "runs:/" + runId + "/" + path;
    }
  }

  /** A folder of a file system that Hadoop knows; without a scheme the default file system's. */
  record ModelPath(String path) implements ModelUri {
    /** Canonicalises the path. */
    public ModelPath {
      path = CanonicalPath.of(path);
    }

    @Override
    public String text() {
      return path;
    }

    /** The scheme in lower case, or empty for the default file system. */
    public String scheme() {
      int colon = path.indexOf(':');
      return colon < 0 ? "" : path.substring(0, colon).toLowerCase(Locale.ROOT);
    }
  }
}
