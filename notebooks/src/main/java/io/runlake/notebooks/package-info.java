/**
 * Executes notebooks and keeps what they showed. A {@link io.runlake.notebooks.Source file} is
 * parsed into {@link io.runlake.notebooks.Cell cells}, each kind of which has one {@link
 * io.runlake.notebooks.CellRunner}; another format is another source, another language another
 * runner. Knows Spark, the Scala compiler and JShell, and nothing of Runlake: a notebook uses that
 * itself, as anyone does.
 */
package io.runlake.notebooks;
