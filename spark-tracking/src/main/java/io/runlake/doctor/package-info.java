/**
 * Examines a store: every rule of {@code docs/format.md} that can be checked on what is there. The
 * operator's command and the tests use the same checks.
 *
 * <p>{@link io.runlake.doctor.Doctor} asks the store for what only it can see (its log, files and
 * rows, {@link io.runlake.store.StoreCare#check}) and adds what the ports show: states of the
 * registry and experiments, files of models, folders of artifacts. It changes nothing. It knows the
 * ports, and of models the digest of their files; no Spark, Delta or Hadoop type.
 */
package io.runlake.doctor;
