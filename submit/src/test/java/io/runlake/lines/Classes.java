package io.runlake.lines;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The classes of some jars, the first jar first, and behind them those of the JDK. */
final class Classes implements AutoCloseable {
  private static final String SUFFIX = ".class";

  private final List<JarFile> jars = new ArrayList<>();
  private final Map<String, JarFile> places = new HashMap<>();
  private final Map<String, Optional<ClassShape>> shapes = new HashMap<>();

  Classes(Collection<Path> files) throws IOException {
    for (Path file : files) {
      JarFile jar = new JarFile(file.toFile());
      jars.add(jar);
      names(jar).forEach(name -> places.putIfAbsent(name, jar));
    }
  }

  /** The internal names of a jar's classes. */
  static List<String> names(JarFile jar) {
    return jar.stream()
        .map(JarEntry::getName)
        .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("META-INF/"))
        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
        .toList();
  }

  /** A class by its internal name; empty if neither a jar nor the JDK has it. */
  Optional<ClassShape> find(String name) {
    return shapes.computeIfAbsent(name, n -> read(n).map(ClassShape::of));
  }

  /** Adds a class that stands in no jar. */
  void add(byte[] classFile) {
    ClassShape shape = ClassShape.of(classFile);
    shapes.put(shape.name(), Optional.of(shape));
  }

  Optional<byte[]> read(String name) {
    try (InputStream in = open(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InputStream open(String name) throws IOException {
    JarFile jar = places.get(name);
    return jar == null
        ? ClassLoader.getPlatformClassLoader().getResourceAsStream(name + SUFFIX)
        : jar.getInputStream(jar.getJarEntry(name + SUFFIX));
  }

  @Override
  public void close() throws IOException {
    for (JarFile jar : jars) {
      jar.close();
    }
  }
}
