/** What executes the notebooks. Nothing is here yet. */
package io.runlake.notebooks;
