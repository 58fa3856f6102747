/**
 * Registered models: names, versions, aliases, tags, stages, and who changed what, when and why.
 *
 * <p>All of it is one table that changes by compare-and-swap; what must hold (an alias points at a
 * live version, a number is never given out twice) is checked inside the decision. Knows the
 * store's ports, and of models only their URI and the digest of their files.
 */
package io.runlake.registry;
