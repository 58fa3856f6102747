/**
 * MLflow's limits, and what tracking, registry and search throw: one exception with MLflow's error
 * codes. Knows only the JDK and the store's own exception.
 */
package io.runlake.errors;
