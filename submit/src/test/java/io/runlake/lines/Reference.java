package io.runlake.lines;

import java.util.LinkedHashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Type;

/**
 * A class, field or method that a class file names in its constant pool, which is all that it can
 * ask of the classes around it.
 *
 * @param from the class that names it
 * @param owner the class named, or the one whose member is named; an array's element type
 * @param member name and descriptor, empty for a class
 * @param viaInterface whether a method is named as one of an interface
 */
record Reference(String from, String owner, String member, boolean viaInterface) {
  // Tags of the constant pool, Java Virtual Machine Specification, table 4.4-A.
  private static final int CLASS = 7;
  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int INTERFACE_METHOD = 11;

  /** All that a class file names outside itself and inside. */
  static Set<Reference> of(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    char[] buffer = new char[reader.getMaxStringLength()];
    String from = reader.getClassName();
    Set<Reference> found = new LinkedHashSet<>();
    for (int i = 1; i < reader.getItemCount(); i++) {
      int at = reader.getItem(i);
      if (at == 0) {
        continue; // the second half of a long or a double
      }
      int tag = reader.readByte(at - 1);
      if (tag == CLASS) {
        add(found, new Reference(from, reader.readUTF8(at, buffer), "", false));
      } else if (tag == FIELD || tag == METHOD || tag == INTERFACE_METHOD) {
        int nameAndType = reader.getItem(reader.readUnsignedShort(at + 2));
        String member =
            reader.readUTF8(nameAndType, buffer) + reader.readUTF8(nameAndType + 2, buffer);
        String owner = reader.readClass(at, buffer);
        add(found, new Reference(from, owner, member, tag == INTERFACE_METHOD));
      }
    }
    return found;
  }

  private static void add(Set<Reference> found, Reference named) {
    if (!named.owner().startsWith("[")) {
      found.add(named);
      return;
    }
    // An array has Object's methods; what may be missing is the class of its elements.
    Type element = Type.getType(named.owner()).getElementType();
    if (element.getSort() == Type.OBJECT) {
      found.add(new Reference(named.from(), element.getInternalName(), "", false));
    }
  }

  boolean isClass() {
    return member.isEmpty();
  }

  boolean isMethod() {
    return member.indexOf('(') > 0;
  }

  @Override
  public String toString() {
    return isClass() ? owner : owner + "." + member;
  }
}
