package io.runlake.benchmarks;

/** What a JVM costs that does nothing: the floor under every command. */
final class EmptyProgram {
  private EmptyProgram() {}

  public static void main(String[] args) {}
}
