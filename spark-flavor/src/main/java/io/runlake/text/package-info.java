/**
 * What messages are made of: the nearest known name, and the redaction of secrets. Knows only the
 * JDK.
 */
package io.runlake.text;
