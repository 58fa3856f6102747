package io.runlake.store;

import java.util.List;
import java.util.Optional;

/**
 * Small files that are written once, at any Hadoop path: claims of a night's attempt, pins of a
 * streaming batch. Thread-safe.
 */
public interface PutIfAbsent {
  /**
   * Writes a file unless one of that name is there, and makes the folders it needs.
   *
   * <p>Atomicity: of any number of callers, in any number of processes, exactly one gets {@code
   * true} for a path; a reader sees the whole content or no file. Durable when it returns.
   *
   * @return whether this call wrote the file
   */
  boolean put(String path, byte[] content);

  /** The content of a file; empty if there is none. */
  Optional<byte[]> get(String path);

  /** The names of the files directly below a folder, sorted; none if there is no such folder. */
  List<String> list(String folder);
}
