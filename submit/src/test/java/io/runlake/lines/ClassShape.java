package io.runlake.lines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What linking asks of a class: its supertypes and its members with their access flags. Names are
 * internal ones, as in {@code java/lang/Object}.
 *
 * @param superName null of {@code java/lang/Object} alone
 * @param members access flags by {@code name + descriptor}; a field's descriptor has no
 *     parenthesis, so that fields and methods keep apart
 */
record ClassShape(
    String name,
    int access,
    String superName,
    List<String> interfaces,
    Map<String, Integer> members) {

  static ClassShape of(byte[] classFile) {
    Map<String, Integer> members = new HashMap<>();
    ClassReader reader = new ClassReader(classFile);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public FieldVisitor visitField(
              int access, String name, String descriptor, String signature, Object value) {
            members.put(name + descriptor, access);
            return null;
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            members.put(name + descriptor, access);
            return null;
          }
        },
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return new ClassShape(
        reader.getClassName(),
        reader.getAccess(),
        reader.getSuperName(),
        List.of(reader.getInterfaces()),
        members);
  }

  boolean isInterface() {
    return (access & Opcodes.ACC_INTERFACE) != 0;
  }

  boolean isAbstract() {
    return (access & Opcodes.ACC_ABSTRACT) != 0;
  }

  /** The superclass, if any, then the interfaces. */
  List<String> supertypes() {
    List<String> all = new ArrayList<>(interfaces);
    if (superName != null) {
      all.add(0, superName);
    }
    return all;
  }

  /** The class around it, whose private members it may use: the name up to the first dollar. */
  String outermost() {
    int dollar = name.indexOf('$');
    return dollar < 0 ? name : name.substring(0, dollar);
  }
}
