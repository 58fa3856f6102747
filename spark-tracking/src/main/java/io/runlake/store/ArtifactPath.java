package io.runlake.store;

import java.util.regex.Pattern;

/**
 * A path below a run's artifact folder. It can only be made by {@link #of}, which refuses what
 * could lead out of the folder, so whoever holds one may join it.
 */
public final class ArtifactPath {
  private static final Pattern FORBIDDEN = Pattern.compile("[\\\\#?;%:\\x00-\\x1f\\x7f]");
  private static final ArtifactPath ROOT = new ArtifactPath("");

  private final String value;

  private ArtifactPath(String value) {
    this.value = value;
  }

  /** The artifact folder itself. */
  public static ArtifactPath root() {
    return ROOT;
  }

  /**
   * Parses a relative path with {@code /} between its parts.
   *
   * @throws StoreException of kind INVALID for an absolute path, an empty, {@code .} or {@code ..}
   *     part, or any of {@code \ # ? ; % :} and control characters
   */
  public static ArtifactPath of(String text) {
    if (text == null || text.isEmpty() || FORBIDDEN.matcher(text).find()) {
      throw refused(text, "it must not be empty or hold any of \\ # ? ; % : or control characters");
    }
    for (String part : text.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw refused(text, "it must be relative, without empty, '.' or '..' parts");
      }
    }
    return new ArtifactPath(text);
  }

  private static StoreException refused(String text, String why) {
    return StoreException.invalid("Invalid artifact path '" + text + "': " + why + ".");
  }

  /** This path below a folder given as a Hadoop path. */
  public String below(String folder) {
    return value.isEmpty() ? folder : folder + "/" + value;
  }

  /** The path, relative; empty for the folder itself. */
  public String value() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArtifactPath path && path.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
