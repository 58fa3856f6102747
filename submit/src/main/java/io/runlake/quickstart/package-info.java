/**
 * The jobs of {@code submit/bin/quickstart} that are ours: the evaluation of trained models, and
 * the report at the end. Examples of how such jobs are written with Runlake's API; they know
 * nothing that a user's own job could not know.
 */
package io.runlake.quickstart;
