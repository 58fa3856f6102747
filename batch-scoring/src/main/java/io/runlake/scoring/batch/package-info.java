/** Nightly batch scoring: a registry version in, one transaction of a predictions table out. */
package io.runlake.scoring.batch;
