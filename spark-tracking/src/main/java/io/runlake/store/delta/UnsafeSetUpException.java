package io.runlake.store.delta;

import java.io.IOException;

/**
 * The storage, or how it is set up, would let two processes overwrite each other's commits. Nothing
 * is written then, and trying again cannot help. The message says the mend.
 */
final class UnsafeSetUpException extends IOException {
  UnsafeSetUpException(String message, Throwable cause) {
    super(message, cause);
  }
}
