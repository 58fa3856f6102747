/**
 * MLflow's search grammars: one lexer and one parser into one syntax tree ({@link
 * io.runlake.search.Condition}), order, and pages, for runs, experiments, registered models and
 * model versions, which differ in their {@link io.runlake.search.Fields} alone.
 *
 * <p>Knows only the JDK: neither runs nor models, but {@link io.runlake.search.Facts} of them.
 */
package io.runlake.search;
