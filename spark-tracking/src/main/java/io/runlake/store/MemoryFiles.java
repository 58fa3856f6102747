package io.runlake.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Artifacts and claims in memory: whole files by their path. */
final class MemoryFiles implements ArtifactStore, PutIfAbsent {
  private final TreeMap<String, byte[]> files = new TreeMap<>();

  @Override
  public void put(String folder, ArtifactPath path, InputStream content) {
    byte[] bytes;
    try {
      bytes = content.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read what is to become artifact " + path + ".", e);
    }
    synchronized (this) {
      files.put(path.below(folder), bytes);
    }
  }

  @Override
  public synchronized List<ArtifactFile> list(String folder, ArtifactPath path) {
    String start = path.below(folder);
    if (files.containsKey(start)) {
      return List.of(new ArtifactFile(path.value(), false, files.get(start).length));
    }
    List<ArtifactFile> found = new ArrayList<>();
    String prefix = path.value().isEmpty() ? "" : path.value() + "/";
    for (Map.Entry<String, byte[]> below : below(start).entrySet()) {
      String rest = below.getKey().substring(start.length() + 1);
      int slash = rest.indexOf('/');
      ArtifactFile file =
          slash < 0
              ? new ArtifactFile(prefix + rest, false, below.getValue().length)
              : new ArtifactFile(prefix + rest.substring(0, slash), true, 0);
      if (!found.contains(file)) {
        found.add(file);
      }
    }
    return found;
  }

  @Override
  public synchronized InputStream open(String folder, ArtifactPath path) {
    byte[] bytes = files.get(path.below(folder));
    if (bytes == null) {
      throw new StoreException(
          StoreException.Kind.NOT_FOUND, "No artifact '" + path + "' in " + folder + ".");
    }
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public synchronized boolean put(String path, byte[] content) {
    return files.putIfAbsent(path, content.clone()) == null;
  }

  @Override
  public synchronized Optional<byte[]> get(String path) {
    return Optional.ofNullable(files.get(path)).map(byte[]::clone);
  }

  @Override
  public synchronized List<String> list(String folder) {
    return below(folder).keySet().stream()
        .map(path -> path.substring(folder.length() + 1))
        .filter(name -> name.indexOf('/') < 0)
        .toList();
  }

  private Map<String, byte[]> below(String folder) {
    return files.subMap(folder + "/", folder + "0");
  }
}
