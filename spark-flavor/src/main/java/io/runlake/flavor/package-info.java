/**
 * Spark models in MLflow's MLmodel format: save, load, signature, and the scorer that splits off
 * what cannot be scored.
 *
 * <p>Serve time only: this package knows no run, no listener and no store.
 */
package io.runlake.flavor;
