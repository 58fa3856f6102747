package io.runlake.store.delta;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.instrument.Instrumentation;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * Shows {@link FaultPoints} every operation of this JVM on files below a folder, whoever asks for
 * it: the methods of the JDK are woven, so that code under test needs no seam and cannot go round
 * it. An open file's {@code getFD()} counts as its sync, because nothing else asks for it; what is
 * read or written through a mapped or positioned channel is not seen. One tap at a time.
 */
public final class DiskTap implements AutoCloseable {
  /** Woven code sees classes of the JDK alone; it finds the tap by these keys. */
  static final String ENTER = "runlake.test.disk.enter";

  static final String LEAVE = "runlake.test.disk.leave";

  private static final Map<String, String> VERBS =
      Map.ofEntries(
          Map.entry("createLink", "link"),
          Map.entry("move", "rename"),
          Map.entry("renameTo", "rename"),
          Map.entry("delete", "delete"),
          Map.entry("deleteIfExists", "delete"),
          Map.entry("createDirectory", "mkdir"),
          Map.entry("createNewFile", "create"),
          Map.entry("newDirectoryStream", "list"),
          Map.entry("readAttributes", "status"),
          Map.entry("newInputStream", "open"),
          Map.entry("open", "open"),
          Map.entry("newOutputStream", "create"),
          Map.entry("newByteChannel", "create"),
          Map.entry("write", "write"),
          Map.entry("getFD", "sync"),
          Map.entry("force", "sync"));

  private static boolean woven;

  private DiskTap() {}

  /** Weaves the JDK, once per JVM, and shows what happens below a folder until it is closed. */
  public static synchronized DiskTap on(Path folder, FaultPoints points) {
    if (!woven) {
      weave(ByteBuddyAgent.install());
      woven = true;
    }
    String below = folder.toAbsolutePath().normalize().toString();
    System.getProperties().put(ENTER, tap(below, points::enter));
    System.getProperties().put(LEAVE, tap(below, points::leave));
    return new DiskTap();
  }

  @Override
  public void close() {
    System.getProperties().remove(ENTER);
    System.getProperties().remove(LEAVE);
  }

  private interface Sight {
    void see(String verb, String path) throws IOException;
  }

  private static BiConsumer<String, Object> tap(String below, Sight sight) {
    return (method, path) -> {
      String file = path == null ? "" : path.toString();
      if (file.equals(below) || file.startsWith(below + File.separator)) {
        try {
          sight.see(VERBS.getOrDefault(method, method), file);
        } catch (IOException e) {
          DiskTap.<RuntimeException>throwAsIs(e);
        }
      }
    };
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> void throwAsIs(Exception e) throws E {
    throw (E) e;
  }

  private static void weave(Instrumentation instrumentation) {
    ElementMatcher<MethodDescription> first = takesArgument(0, Path.class);
    new AgentBuilder.Default()
        .disableClassFormatChanges()
        .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
        .with(AgentBuilder.InitializationStrategy.NoOp.INSTANCE)
        .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
        .ignore(none())
        .type(named(Files.class.getName()))
        .transform(
            (type, description, loader, module, domain) ->
                type.visit(
                        Advice.to(OnFirst.class)
                            .on(
                                namedOneOf(
                                        "createLink",
                                        "delete",
                                        "deleteIfExists",
                                        "createDirectory",
                                        "newInputStream",
                                        "newOutputStream")
                                    .and(first)))
                    .visit(
                        Advice.to(OnFirst.class)
                            .on(
                                named("readAttributes")
                                    .and(takesArgument(1, Class.class))
                                    .or(named("newByteChannel").and(takesArgument(1, Set.class)))
                                    .or(
                                        named("newDirectoryStream")
                                            .and(
                                                takesArguments(1)
                                                    .or(
                                                        takesArgument(
                                                            1,
                                                            java.nio.file.DirectoryStream.Filter
                                                                .class))))))
                    .visit(Advice.to(OnSecond.class).on(named("move"))))
        .type(named(File.class.getName()))
        .transform(
            (type, description, loader, module, domain) ->
                type.visit(Advice.to(OnFirst.class).on(named("renameTo")))
                    .visit(
                        Advice.to(OnItself.class)
                            .on(
                                namedOneOf("delete", "mkdir", "createNewFile")
                                    .and(takesArguments(0)))))
        .type(named(FileChannel.class.getName()))
        .transform(
            (type, description, loader, module, domain) ->
                type.visit(
                    Advice.to(OnFirst.class).on(named("open").and(takesArgument(1, Set.class)))))
        .type(named("sun.nio.ch.FileChannelImpl"))
        .transform(
            (type, description, loader, module, domain) ->
                type.visit(Advice.to(OnOpenFile.class).on(named("force"))))
        .type(named(FileOutputStream.class.getName()))
        .transform(
            (type, description, loader, module, domain) ->
                type.visit(
                        Advice.to(Creating.class)
                            .on(isConstructor().and(takesArguments(File.class, boolean.class))))
                    .visit(
                        Advice.to(OnOpenFile.class)
                            .on(
                                named("getFD")
                                    .or(named("write").and(takesArgument(0, byte[].class))))))
        .type(named(FileInputStream.class.getName()).or(named(RandomAccessFile.class.getName())))
        .transform(
            (type, description, loader, module, domain) ->
                type.visit(
                    Advice.to(Opening.class).on(isConstructor().and(takesArgument(0, File.class)))))
        .installOn(instrumentation);
  }

  /** A method whose first argument is what it works on. */
  static final class OnFirst {
    private OnFirst() {}

    @SuppressWarnings("unchecked")
    @Advice.OnMethodEnter
    static void enter(@Advice.Origin("#m") String method, @Advice.Argument(0) Object path) {
      Object tap = System.getProperties().get("runlake.test.disk.enter");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }

    @SuppressWarnings("unchecked")
    @Advice.OnMethodExit
    static void leave(@Advice.Origin("#m") String method, @Advice.Argument(0) Object path) {
      Object tap = System.getProperties().get("runlake.test.disk.leave");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }
  }

  /** A method whose second argument is what comes to be. */
  static final class OnSecond {
    private OnSecond() {}

    @SuppressWarnings("unchecked")
    @Advice.OnMethodEnter
    static void enter(@Advice.Origin("#m") String method, @Advice.Argument(1) Object path) {
      Object tap = System.getProperties().get("runlake.test.disk.enter");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }

    @SuppressWarnings("unchecked")
    @Advice.OnMethodExit
    static void leave(@Advice.Origin("#m") String method, @Advice.Argument(1) Object path) {
      Object tap = System.getProperties().get("runlake.test.disk.leave");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }
  }

  /** A method of the path that it works on. */
  static final class OnItself {
    private OnItself() {}

    @SuppressWarnings("unchecked")
    @Advice.OnMethodEnter
    static void enter(@Advice.Origin("#m") String method, @Advice.This Object path) {
      Object tap = System.getProperties().get("runlake.test.disk.enter");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }

    @SuppressWarnings("unchecked")
    @Advice.OnMethodExit
    static void leave(@Advice.Origin("#m") String method, @Advice.This Object path) {
      Object tap = System.getProperties().get("runlake.test.disk.leave");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }
  }

  /** A method of an open file. */
  static final class OnOpenFile {
    private OnOpenFile() {}

    @SuppressWarnings("unchecked")
    @Advice.OnMethodEnter
    static void enter(@Advice.Origin("#m") String method, @Advice.FieldValue("path") String path) {
      Object tap = System.getProperties().get("runlake.test.disk.enter");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }

    @SuppressWarnings("unchecked")
    @Advice.OnMethodExit
    static void leave(@Advice.Origin("#m") String method, @Advice.FieldValue("path") String path) {
      Object tap = System.getProperties().get("runlake.test.disk.leave");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept(method, path);
      }
    }
  }

  /** A constructor that makes a file. */
  static final class Creating {
    private Creating() {}

    @SuppressWarnings("unchecked")
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) File file) {
      Object tap = System.getProperties().get("runlake.test.disk.enter");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept("create", file);
      }
    }

    @SuppressWarnings("unchecked")
    @Advice.OnMethodExit
    static void leave(@Advice.Argument(0) File file) {
      Object tap = System.getProperties().get("runlake.test.disk.leave");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept("create", file);
      }
    }
  }

  /** A constructor that opens a file. */
  static final class Opening {
    private Opening() {}

    @SuppressWarnings("unchecked")
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) File file) {
      Object tap = System.getProperties().get("runlake.test.disk.enter");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept("open", file);
      }
    }

    @SuppressWarnings("unchecked")
    @Advice.OnMethodExit
    static void leave(@Advice.Argument(0) File file) {
      Object tap = System.getProperties().get("runlake.test.disk.leave");
      if (tap != null) {
        ((BiConsumer<Object, Object>) tap).accept("open", file);
      }
    }
  }
}
