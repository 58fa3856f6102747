package io.runlake.store;

class MemoryStoreTest extends StoreTck {
  private static int names;

  private String name;

  @Override
  protected Store fresh() {
    name = "tck-" + names++;
    return again();
  }

  @Override
  protected Store again() {
    return Stores.open("memory:" + name, StoreOptions.defaults());
  }

  @Override
  protected String folder() {
    return "memory:/folder";
  }
}
