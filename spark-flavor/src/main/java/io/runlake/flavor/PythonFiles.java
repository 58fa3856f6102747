package io.runlake.flavor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that rebuild a Python environment: conda.yaml, python_env.yaml, requirements.txt. */
final class PythonFiles {
  static final String CONDA = "conda.yaml";
  static final String VIRTUALENV = "python_env.yaml";
  static final String REQUIREMENTS = "requirements.txt";

  private static final Pattern RELEASE = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");

  /** Releases that pip has and that run on every Python of the supported range. */
  private static final List<String> BUILD_TOOLS =
      List.of("pip==24.0", "setuptools==70.0.0", "wheel==0.43.0");

  private final SaveOptions.PythonEnvironment environment;
  private final List<String> requirements;

  PythonFiles(SaveOptions.PythonEnvironment environment, String sparkVersion) {
    this.environment = environment;
    this.requirements =
        environment.requirements().isEmpty()
            ? List.of(
                SaveOptions.PythonEnvironment.MLFLOW_REQUIREMENT,
                "pyspark==" + release(sparkVersion))
            : environment.requirements();
  }

  /** Without what vendors append to Spark's version: Python's index does not have it. */
  static String release(String sparkVersion) {
    Matcher matcher = RELEASE.matcher(sparkVersion);
    return matcher.lookingAt() ? matcher.group() : sparkVersion;
  }

  String conda() {
    Map<String, Object> pip = new LinkedHashMap<>();
    pip.put("pip", requirements);
    Map<String, Object> values = new TreeMap<>();
    values.put("channels", List.of("conda-forge"));
    values.put("dependencies", List.of("python=" + environment.pythonVersion(), "pip<=24.0", pip));
    values.put("name", "mlflow-env");
    return SafeYaml.write(values);
  }

  String virtualenv() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("python", environment.pythonVersion());
    values.put("build_dependencies", BUILD_TOOLS);
    values.put("dependencies", List.of("-r " + REQUIREMENTS));
    return SafeYaml.write(values);
  }

  String requirements() {
    return String.join("\n", requirements);
  }
}
