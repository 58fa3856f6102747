package io.runlake.store.delta;

import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.store.delta.CrashStep.World;
import io.runlake.store.delta.FaultPoints.Effect;
import java.nio.file.Path;

/** A process that plays a step and ends, without a word, at one of its operations on files. */
public final class CrashChild {
  private CrashChild() {}

  /**
   * @param args step, root, model folder, number of the operation, {@code HALT_BEFORE} or {@code
   *     HALT_AFTER}
   */
  public static void main(String[] args) {
    CrashStep step = CrashStep.valueOf(args[0]);
    Path root = Path.of(args[1]);
    FaultPoints points = FaultPoints.at(Integer.parseInt(args[3]), Effect.valueOf(args[4]));
    Store store = Stores.open("delta:" + root, StoreOptions.defaults());
    World world = new World(store, Path.of(args[2]));
    step.begin(world);
    try (DiskTap tap = DiskTap.on(root, points)) {
      step.act(world);
      // What goes on beside the step may still come to the operation.
      world.close();
      store.close();
    }
    System.out.println("lived");
  }
}
