package io.runlake.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import net.bytebuddy.dynamic.loading.ClassInjector;

/** Puts {@link FitDispatcher} where every class loader finds it. */
final class DispatcherPlacement {
  private static final String NAME = "io.runlake.spark.FitDispatcher";

  private DispatcherPlacement() {}

  /**
   * Into the bootstrap loader, without a word on stderr; where the JVM does not allow that, at the
   * end of the system class path, which is enough where Spark is loaded from the class path.
   */
  static void place(Instrumentation instrumentation) throws IOException {
    if (isBootstrap()) {
      return;
    }
    byte[] bytes = bytes();
    if (ClassInjector.UsingUnsafe.isAvailable()) {
      try {
        ClassInjector.UsingUnsafe.ofBootLoader().injectRaw(Map.of(NAME, bytes));
        return;
      } catch (RuntimeException | LinkageError e) {
        if (isBootstrap()) {
          return;
        }
      }
    }
    instrumentation.appendToSystemClassLoaderSearch(new JarFile(jarOf(bytes).toFile()));
  }

  static boolean isBootstrap() {
    try {
      return Class.forName(NAME, false, null) != null;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static byte[] bytes() throws IOException {
    String file = NAME.substring(NAME.lastIndexOf('.') + 1) + ".class";
    try (InputStream in = DispatcherPlacement.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("The class file " + file + " is not in Runlake's jar.");
      }
      return in.readAllBytes();
    }
  }

  private static Path jarOf(byte[] bytes) throws IOException {
    Path jar = Files.createTempFile("runlake-dispatcher", ".jar");
    jar.toFile().deleteOnExit();
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      entries.putNextEntry(new JarEntry(NAME.replace('.', '/') + ".class"));
      entries.write(bytes);
      entries.closeEntry();
    }
    return jar;
  }
}
