package io.runlake.notebooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A notebook's file, in one of the formats that are known here. */
sealed interface Source permits DatabricksSource, JupyterFile {
  /** What is in it. */
  Notebook notebook();

  /** The name of the file that its execution makes. */
  String resultName();

  /**
   * The notebook with what it showed.
   *
   * @param with what it was executed with
   */
  String result(List<Executed> cells, String with);

  /**
   * Reads a file: a Jupyter notebook if it is called so, else the source of a Databricks notebook.
   *
   * @throws NotebookException if it cannot be read or is none
   */
  static Source read(Path file) {
    String name = String.valueOf(file.getFileName());
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new NotebookException("Cannot read the notebook " + file + ": " + e, e);
    }
    return name.endsWith(JupyterFile.ENDING)
        ? JupyterFile.parse(name, text)
        : DatabricksSource.parse(name, text);
  }
}
