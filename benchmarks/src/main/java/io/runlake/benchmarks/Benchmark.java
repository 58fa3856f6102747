package io.runlake.benchmarks;

/** One measurement of ours against a rival, in turns on the same machine. */
interface Benchmark {
  /** What {@code benchmarks/run} knows it by. */
  String name();

  /** What is measured, in a line. */
  String about();

  /** Measures; takes minutes. */
  Figures measure(Bench bench) throws Exception;
}
