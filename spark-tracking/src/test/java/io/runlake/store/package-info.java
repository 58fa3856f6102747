/** Conformance tests of the ports, run by every implementation. */
package io.runlake.store;
