package io.runlake.store;

/**
 * How much a table holds.
 *
 * @param version the number of its newest commit
 * @param bytes in the data files of that version
 */
public record TableExtent(long version, long bytes) {}
