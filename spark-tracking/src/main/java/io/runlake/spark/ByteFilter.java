package io.runlake.spark;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.IllegalClassFormatException;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;

/**
 * Lets a class file through to Byte Buddy only if it holds the descriptor of a method that takes
 * one Dataset. Parsing the types of every class that a JVM loads takes seconds; looking through the
 * bytes does not.
 */
final class ByteFilter implements ClassFileTransformer {
  private static final byte[] WANTED =
      "(Lorg/apache/spark/sql/Dataset;)".getBytes(StandardCharsets.US_ASCII);
  private static final String OURS = "io/runlake/";
  private static final String PROBE = "io/runlake/spark/WeavingProbe";

  private final ClassFileTransformer weaving;

  ByteFilter(ClassFileTransformer weaving) {
    this.weaving = weaving;
  }

  @Override
  public byte[] transform(
      Module module,
      ClassLoader loader,
      String className,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile)
      throws IllegalClassFormatException {
    if (loader == null || className == null || !passes(className, classFile)) {
      return null;
    }
    return weaving.transform(module, loader, className, redefined, domain, classFile);
  }

  static boolean passes(String className, byte[] classFile) {
    if (className.startsWith(OURS) && !className.equals(PROBE)) {
      return false;
    }
    int last = classFile.length - WANTED.length;
    for (int i = 0; i <= last; i++) {
      if (classFile[i] == WANTED[0] && matches(classFile, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] classFile, int at) {
    for (int k = 1; k < WANTED.length; k++) {
      if (classFile[at + k] != WANTED[k]) {
        return false;
      }
    }
    return true;
  }
}
