package io.runlake.spark;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.Set;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * While it is open, classes of ours have {@code catch (Exception)} where they say {@code catch
 * (Throwable)}: the mistake that looks like care and lets a missing class through.
 */
final class CatchesExceptionsAlone implements AutoCloseable {
  private static final String THROWABLE = "java/lang/Throwable";
  private static final String EXCEPTION = "java/lang/Exception";

  private final Instrumentation instrumentation = ByteBuddyAgent.install();
  private final Class<?>[] classes;
  private final ClassFileTransformer mistake = new Mistake();

  CatchesExceptionsAlone(Class<?>... classes) throws UnmodifiableClassException {
    this.classes = classes;
    instrumentation.addTransformer(mistake, true);
    instrumentation.retransformClasses(classes);
  }

  @Override
  public void close() throws UnmodifiableClassException {
    instrumentation.removeTransformer(mistake);
    instrumentation.retransformClasses(classes);
  }

  private final class Mistake implements ClassFileTransformer {
    @Override
    public byte[] transform(
        ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] bytes) {
      if (type == null || !Set.of(classes).contains(type)) {
        return null;
      }
      ClassReader reader = new ClassReader(bytes);
      ClassWriter writer = new ClassWriter(reader, 0);
      reader.accept(
          new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public MethodVisitor visitMethod(
                int access, String method, String descriptor, String signature, String[] thrown) {
              return new Narrowed(super.visitMethod(access, method, descriptor, signature, thrown));
            }
          },
          0);
      return writer.toByteArray();
    }
  }

  private static final class Narrowed extends MethodVisitor {
    Narrowed(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, String caught) {
      super.visitTryCatchBlock(start, end, handler, THROWABLE.equals(caught) ? EXCEPTION : caught);
    }
  }
}
