package io.runlake.notebooks;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;

/**
 * What the code of a notebook finds predefined, under Databricks' names: {@code display(frame)},
 * {@code displayHTML(svg)} and {@code dbutils.widgets}. Public, since code that the interpreter
 * compiles calls it; one per JVM, as is the notebook.
 */
public final class Predefined {
  private static volatile Predefined current;

  private final Widgets widgets;
  private final Outputs outputs;

  private Predefined(Map<String, String> parameters, Outputs outputs) {
    this.widgets = new Widgets(parameters);
    this.outputs = outputs;
  }

  /** From now on the notebook of this JVM has these parameters and shows things there. */
  static void open(Map<String, String> parameters, Outputs outputs) {
    current = new Predefined(parameters, outputs);
  }

  /** What the notebook of this JVM has, as its {@code dbutils}. */
  public static Predefined dbutils() {
    if (current == null) {
      throw new IllegalStateException("No notebook is open in this JVM.");
    }
    return current;
  }

  /** Shows the first rows of a frame below the cell. */
  public static void display(Dataset<?> frame) {
    show(Tables.of(frame));
  }

  /** Shows a picture below the cell; of HTML, only SVG can be shown here. */
  public static void displayHTML(String html) {
    show(new Output.Picture(html));
  }

  static void show(Output output) {
    dbutils().outputs.add(output);
  }

  /** The notebook's parameters. */
  public Widgets widgets() {
    return widgets;
  }

  /** Parameters with a default, as Databricks' text widgets. Thread-safe. */
  public static final class Widgets {
    private final Map<String, String> given;
    private final Map<String, String> values = new TreeMap<>();

    Widgets(Map<String, String> given) {
      this.given = Map.copyOf(given);
    }

    /** Makes a parameter, whose value is the default unless one was given. */
    public synchronized void text(String name, String defaultValue, String label) {
      values.put(name, given.getOrDefault(name, defaultValue));
    }

    /**
     * The value of a parameter.
     *
     * @throws IllegalArgumentException if there is no such parameter
     */
    public synchronized String get(String name) {
      String value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException(
            "There is no widget '" + name + "'; there are " + values.keySet() + ".");
      }
      return value;
    }
  }
}
