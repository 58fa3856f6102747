package io.runlake.tracking;

import io.runlake.errors.TrackingException;
import io.runlake.store.Store;
import io.runlake.store.TableExtent;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides by the size of a store whether a search goes to the engine for large ones. */
final class SearchRoute {
  private static final Logger LOG = LoggerFactory.getLogger(SearchRoute.class);

  private SearchRoute() {}

  /** Loaded with the first search. */
  private static final class Found {
    static final Optional<LargeSearch> ENGINE = find();

    private static Optional<LargeSearch> find() {
      try {
        return ServiceLoader.load(LargeSearch.class, LargeSearch.class.getClassLoader())
            .findFirst();
      } catch (ServiceConfigurationError | LinkageError e) {
        LOG.debug("No engine for large stores: what it needs is not on the class path", e);
        return Optional.empty();
      }
    }
  }

  /**
   * The engine's answer; empty where this process is to search itself, also after the engine
   * failed, which is a warning.
   *
   * @param query by the version of the table that it is to read
   */
  static <T> Optional<T> ask(Store store, Function<Long, LargeSearch.Query> query, Ask<T> ask) {
    Optional<LargeSearch> engine = Found.ENGINE;
    if (engine.isEmpty()) {
      return Optional.empty();
    }
    try {
      OptionalLong from = engine.get().from();
      if (from.isEmpty()) {
        return Optional.empty();
      }
      Optional<TableExtent> extent = TrackingException.mapped(() -> store.runs().extent());
      if (extent.isEmpty() || extent.get().bytes() < from.getAsLong()) {
        return Optional.empty();
      }
      return Optional.of(ask.of(engine.get(), query.apply(extent.get().version())));
    } catch (TrackingException e) {
      throw e;
    } catch (Exception | LinkageError e) {
      LOG.warn(
          "Runlake: the store at {} could not be searched by its engine for large stores; it is"
              + " searched in this process, which is slower and takes more memory.",
          store.root(),
          e);
      return Optional.empty();
    }
  }

  /** What is asked of an engine. */
  @FunctionalInterface
  interface Ask<T> {
    T of(LargeSearch engine, LargeSearch.Query query);
  }
}
