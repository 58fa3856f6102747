package io.runlake.lines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.Opcodes;

/**
 * Resolves what a class names as a JVM does (Java Virtual Machine Specification, 5.4.3), without
 * loading anything, and says what would fail.
 */
final class Linker {
  /**
   * Something that a JVM would refuse.
   *
   * @param from the class that would fail
   * @param target what it names: a class, or {@code class.member}
   * @param why in words
   */
  record Fault(String from, String target, String why) {
    @Override
    public String toString() {
      return from + " -> " + target + ": " + why;
    }
  }

  private final Classes classes;

  Linker(Classes classes) {
    this.classes = classes;
  }

  /** What would fail of one class: references that do not resolve, abstract methods left over. */
  List<Fault> check(byte[] classFile) {
    List<Fault> faults = new ArrayList<>();
    for (Reference named : Reference.of(classFile)) {
      why(named).ifPresent(w -> faults.add(new Fault(named.from(), named.toString(), w)));
    }
    ClassShape shape = ClassShape.of(classFile);
    if (!shape.isAbstract()) {
      for (String method : leftAbstract(shape)) {
        faults.add(new Fault(shape.name(), method, "is abstract there and not implemented"));
      }
    }
    return faults;
  }

  private Optional<String> why(Reference named) {
    Optional<ClassShape> owner = classes.find(named.owner());
    if (owner.isEmpty()) {
      // Said once, of the class; the constant pool names it beside each of its members.
      return named.isClass() ? Optional.of("no such class") : Optional.empty();
    }
    if (named.isClass() || isPolymorphic(named)) {
      return Optional.empty();
    }
    if (named.isMethod() && owner.get().isInterface() != named.viaInterface()) {
      return Optional.of(named.viaInterface() ? "is a class there" : "is an interface there");
    }
    Set<String> missing = new LinkedHashSet<>();
    Optional<ClassShape> holder = holder(owner.get(), named.member(), missing);
    if (holder.isEmpty()) {
      String kind = named.isMethod() ? "no such method" : "no such field";
      return Optional.of(missing.isEmpty() ? kind : kind + ", supertypes are missing: " + missing);
    }
    boolean isPrivate = (holder.get().members().get(named.member()) & Opcodes.ACC_PRIVATE) != 0;
    boolean isOwn =
        classes
            .find(named.from())
            .map(ClassShape::outermost)
            .orElse(named.from())
            .equals(holder.get().outermost());
    return isPrivate && !isOwn ? Optional.of("is private there") : Optional.empty();
  }

  /** Methods whose descriptor is the caller's own affair. */
  private static boolean isPolymorphic(Reference named) {
    return named.owner().equals("java/lang/invoke/MethodHandle")
        || named.owner().equals("java/lang/invoke/VarHandle");
  }

  /** The class or interface that declares a member, looked for from a class upwards. */
  private Optional<ClassShape> holder(ClassShape start, String member, Set<String> missing) {
    for (ClassShape type : upwards(start, missing)) {
      if (type.members().containsKey(member)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** A class, its superclasses from below, then all interfaces of them. */
  private List<ClassShape> upwards(ClassShape start, Set<String> missing) {
    Map<String, ClassShape> order = new LinkedHashMap<>();
    ClassShape type = start;
    while (type != null) {
      order.put(type.name(), type);
      type = type.superName() == null ? null : find(type.superName(), missing);
    }
    List<ClassShape> open = new ArrayList<>(order.values());
    for (int i = 0; i < open.size(); i++) {
      for (String name : open.get(i).interfaces()) {
        ClassShape face = order.containsKey(name) ? null : find(name, missing);
        if (face != null) {
          order.put(name, face);
          open.add(face);
        }
      }
    }
    return List.copyOf(order.values());
  }

  private ClassShape find(String name, Set<String> missing) {
    Optional<ClassShape> found = classes.find(name);
    if (found.isEmpty()) {
      missing.add(name);
    }
    return found.orElse(null);
  }

  /** Abstract methods that a class inherits and nobody implements, as {@code class.member}. */
  private List<String> leftAbstract(ClassShape shape) {
    Map<String, String> open = new HashMap<>();
    Set<String> implemented = new LinkedHashSet<>();
    for (ClassShape type : upwards(shape, new LinkedHashSet<>())) {
      type.members()
          .forEach(
              (member, access) -> {
                if (member.indexOf('(') <= 0 || (access & Opcodes.ACC_STATIC) != 0) {
                  return;
                }
                if ((access & Opcodes.ACC_ABSTRACT) == 0) {
                  implemented.add(member);
                } else {
                  open.putIfAbsent(member, type.name() + "." + member);
                }
              });
    }
    open.keySet().removeAll(implemented);
    return open.values().stream().sorted().toList();
  }
}
