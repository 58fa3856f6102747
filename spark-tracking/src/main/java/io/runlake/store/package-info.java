/** The ports of the store and their in-memory twin. Knows only the JDK. */
package io.runlake.store;
