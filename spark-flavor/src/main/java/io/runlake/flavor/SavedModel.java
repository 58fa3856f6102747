package io.runlake.flavor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a save wrote.
 *
 * @param path the folder, canonical
 * @param modelUuid 32 lower-case hex digits, as in MLmodel
 * @param utcTimeCreated as MLmodel has it: {@code 2025-11-19 13:50:29.123456}, UTC
 * @param runId the run, if one was named
 * @param artifactPath the path under the run's artifacts, if one was named
 * @param digest the digest of the manifest, see {@link ModelManifest}
 * @param bytes the size of all files of the folder
 * @param flavors the flavors with their keys, in the order in which MLflow's tag has them
 * @param signature the signature, if one was given
 */
public record SavedModel(
    String path,
    String modelUuid,
    String utcTimeCreated,
    Optional<String> runId,
    Optional<String> artifactPath,
    String digest,
    long bytes,
    Map<String, Object> flavors,
    Optional<Signature> signature) {

  /**
   * The JSON object that MLflow puts for this model into the array of the tag {@code
   * mlflow.log-model.history}.
   */
  public String historyJson() {
    Map<String, Object> entry = new LinkedHashMap<>();
    runId.ifPresent(id -> entry.put("run_id", id));
    artifactPath.ifPresent(folder -> entry.put("artifact_path", folder));
    entry.put("utc_time_created", utcTimeCreated);
    entry.put("model_uuid", modelUuid);
    entry.put("flavors", flavors);
    return Json.write(entry);
  }
}
