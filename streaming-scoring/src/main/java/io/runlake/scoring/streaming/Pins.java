package io.runlake.scoring.streaming;

import io.runlake.store.PutIfAbsent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The pins of a query: {@code <checkpoint>/runlake/pins/<batch>.json}, each written once. */
final class Pins {
  private final PutIfAbsent files;
  private final String folder;

  Pins(PutIfAbsent files, String checkpoint) {
    this.files = files;
    this.folder = checkpoint + "/runlake/pins";
  }

  Optional<Pin> find(long batch) {
    String path = path(batch);
    return files.get(path).map(json -> Pin.fromJson(json, path));
  }

  /** Writes a pin, or finds that another process pinned the batch. */
  Pin put(Pin pin) {
    return files.put(path(pin.batch()), pin.toJson()) ? pin : find(pin.batch()).orElseThrow();
  }

  /** The pin of the newest batch that has one. */
  Optional<Pin> newest() {
    OptionalLong newest = list().stream().mapToLong(Long::longValue).max();
    return newest.isPresent() ? find(newest.getAsLong()) : Optional.empty();
  }

  /** The files of the pins below a batch. */
  List<String> below(long batch) {
    return list().stream().filter(each -> each < batch).map(this::path).toList();
  }

  private List<Long> list() {
    return files.list(folder).stream()
        .filter(name -> name.matches("[0-9]{1,18}\\.json"))
        .map(name -> Long.valueOf(name.substring(0, name.indexOf('.'))))
        .toList();
  }

  private String path(long batch) {
    return folder + "/" + batch + ".json";
  }
}
