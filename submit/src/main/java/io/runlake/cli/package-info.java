/** The {@code runlake} command: reads the store with Delta Kernel alone and never starts Spark. */
package io.runlake.cli;
