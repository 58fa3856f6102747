package io.runlake.notebooks;

import java.util.UUID;

/**
 * What the Java cells of a notebook find predefined, under the names that Java kernels of Jupyter
 * have for it (IJava and JJava). Public, since code that JShell compiles calls it.
 */
public final class Kernel {
  private static final String SVG = "image/svg+xml";
  private static final String TEXT = "text/plain";

  private Kernel() {}

  /**
   * Shows something below the cell.
   *
   * @param as MIME types, the first of which counts: {@code image/svg+xml} of a text that is one,
   *     or {@code text/plain}, which is the default
   * @return the id of the output
   */
  public static String display(Object shown, String... as) {
    String type = as.length == 0 ? TEXT : as[0];
    String text = String.valueOf(shown);
    switch (type) {
      case SVG -> Predefined.show(new Output.Picture(text));
      case TEXT -> Predefined.show(new Output.Printed(text));
      default ->
          throw new IllegalArgumentException(
              "'" + type + "' cannot be shown here; " + SVG + " and " + TEXT + " can.");
    }
    return UUID.randomUUID().toString();
  }
}
