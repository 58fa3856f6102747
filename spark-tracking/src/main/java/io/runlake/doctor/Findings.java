package io.runlake.doctor;

import io.runlake.store.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers findings; what occurs very often is counted after a while. */
final class Findings {
  private static final int MOST_OF_A_KIND = 50;

  private record Kind(Finding.Severity severity, String invariant, String table) {}

  private final List<Finding> kept = new ArrayList<>();
  private final Map<Kind, Integer> counts = new LinkedHashMap<>();

  void add(Finding finding) {
    Kind kind = new Kind(finding.severity(), finding.invariant(), finding.table());
    if (counts.merge(kind, 1, Integer::sum) <= MOST_OF_A_KIND) {
      kept.add(finding);
    }
  }

  List<Finding> sorted() {
    List<Finding> all = new ArrayList<>(kept);
    counts.forEach(
        (kind, count) -> {
          if (count > MOST_OF_A_KIND) {
            all.add(
                new Finding(
                    kind.severity(),
                    kind.invariant(),
                    kind.table(),
                    "(more)",
                    count - MOST_OF_A_KIND + " more of this kind.",
                    "Mend the ones that are listed, then look again."));
          }
        });
    all.sort(Comparator.comparing(Finding::severity));
    return List.copyOf(all);
  }
}
