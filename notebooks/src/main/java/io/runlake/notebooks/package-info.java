/**
 * Executes notebooks from their source and keeps what they showed as a page. A source is parsed
 * into {@link io.runlake.notebooks.Cell cells}, each kind of which has one {@link
 * io.runlake.notebooks.CellRunner}; another format is another parser, another language another
 * runner. Knows Spark and the Scala compiler, and nothing of Runlake: a notebook uses that itself,
 * as anyone does.
 */
package io.runlake.notebooks;
