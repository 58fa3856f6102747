package io.runlake.maintenance;

/**
 * A run that goes for good.
 *
 * @param artifactUri empty if its rows name none
 */
record DoomedRun(String runId, String month, String experimentId, String artifactUri) {}
