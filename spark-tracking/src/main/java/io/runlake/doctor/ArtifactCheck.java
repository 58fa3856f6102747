package io.runlake.doctor;

import io.runlake.store.ArtifactPath;
import io.runlake.store.ArtifactStore.ArtifactFile;
import io.runlake.store.Checkup;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The folders of artifacts below the root: those of which no run knows. */
final class ArtifactCheck {
  private final Store store;
  private final Checkup checkup;

  ArtifactCheck(Store store, Checkup checkup) {
    this.store = store;
    this.checkup = checkup;
  }

  void run() {
    checkup.progress().accept("folders of artifacts");
    String root = store.root() + "/artifacts";
    Map<String, String> folders = new TreeMap<>();
    try {
      for (ArtifactFile experiment : folders(root, ArtifactPath.root())) {
        for (ArtifactFile run : folders(root, ArtifactPath.of(experiment.path()))) {
          folders.put(run.path().substring(run.path().lastIndexOf('/') + 1), run.path());
        }
      }
    } catch (StoreException e) {
      checkup.warning(
          "artifacts.reachable",
          "artifacts",
          root,
          e.getMessage(),
          "Check that the storage can be reached and lets this user in.");
      return;
    }
    if (!folders.isEmpty() && withoutRuns(folders)) {
      folders.values().forEach(folder -> stranger(root + "/" + folder));
    }
  }

  /** Takes the folders of runs out; read after the folders, so that a run that starts is known. */
  private boolean withoutRuns(Map<String, String> folders) {
    try {
      store
          .runs()
          .scan(RunScan.all().withParts(Set.of()), row -> folders.remove(row.runId().value()));
      return true;
    } catch (StoreException unreadable) {
      // What cannot be read was found when the files of the table were examined.
      return false;
    }
  }

  private List<ArtifactFile> folders(String root, ArtifactPath path) {
    return store.artifacts().list(root, path).stream().filter(ArtifactFile::directory).toList();
  }

  private void stranger(String folder) {
    checkup.info(
        "artifacts.run-known",
        "artifacts",
        folder,
        "No run has this folder: its driver ended before the run was written.",
        "Look into it; delete the folder if nothing in it is needed.");
  }
}
