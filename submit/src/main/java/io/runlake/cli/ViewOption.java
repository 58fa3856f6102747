package io.runlake.cli;

import io.runlake.tracking.ViewType;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether deleted ones are wanted. */
final class ViewOption {
  @Option(
      names = "--view",
      paramLabel = "active|deleted|all",
      converter = Converter.class,
      description = "Which, by whether they were deleted. Default: active.")
  private ViewType view = ViewType.ACTIVE_ONLY;

  ViewType view() {
    return view;
  }

  static final class Converter implements ITypeConverter<ViewType> {
    @Override
    public ViewType convert(String value) {
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "active", "active_only" -> ViewType.ACTIVE_ONLY;
        case "deleted", "deleted_only" -> ViewType.DELETED_ONLY;
        case "all" -> ViewType.ALL;
        default ->
            throw new TypeConversionException("'" + value + "' is none of active, deleted, all");
      };
    }
  }
}
