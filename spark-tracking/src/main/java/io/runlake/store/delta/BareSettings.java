package io.runlake.store.delta;

import java.io.IOException;
import java.net.URL;

/**
 * Work in which a new Hadoop {@code Configuration} finds no XML files on the class path. Parquet's
 * writer makes one for each file that it begins, to ask it for keys of encryption, and to parse
 * them takes longer than to write the small files of a commit. On the local disk nothing of ours is
 * read with such settings either.
 */
final class BareSettings {
  private static final ClassLoader LOADER = new WithoutXml(BareSettings.class.getClassLoader());

  private BareSettings() {}

  /** Some work with a result. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  static <T> T in(Work<T> work) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(LOADER);
    try {
      return work.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static final class WithoutXml extends ClassLoader {
    WithoutXml(ClassLoader parent) {
      super(parent);
    }

    @Override
    public URL getResource(String name) {
      return name.endsWith(".xml") ? null : super.getResource(name);
    }
  }
}
