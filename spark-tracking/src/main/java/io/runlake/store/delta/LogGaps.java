package io.runlake.store.delta;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a listing of a log on the local disk may lack. A folder is not read at one instant: of two
 * entries that come into it meanwhile the later one may be seen and the earlier one not, and a log
 * with a gap is refused as damaged. So what lies between two that were seen is looked for by name.
 */
final class LogGaps {
  private static final Pattern VERSIONED = Pattern.compile("(\\d{20})\\..+");
  private static final Pattern ENTRY = Pattern.compile("\\d{20}\\.json");

  /** More do not come in while a folder is read. */
  private static final int MOST = 10_000;

  private LogGaps() {}

  /**
   * Names of entries between the first and the last version of which something was listed, the
   * newest ten thousand at most; some of them may be in the log.
   *
   * @param listed names of files
   */
  static List<String> unseen(Collection<String> listed) {
    SortedSet<Long> versions = new TreeSet<>();
    SortedSet<Long> entries = new TreeSet<>();
    for (String name : listed) {
      Matcher versioned = VERSIONED.matcher(name);
      if (versioned.matches()) {
        long version = Long.parseLong(versioned.group(1));
        versions.add(version);
        if (ENTRY.matcher(name).matches()) {
          entries.add(version);
        }
      }
    }
    List<String> unseen = new ArrayList<>();
    if (!entries.isEmpty()) {
      for (long version = entries.last();
          version >= versions.first() && unseen.size() < MOST;
          version--) {
        if (!entries.contains(version)) {
          unseen.add(String.format(Locale.ROOT, "%020d.json", version));
        }
      }
    }
    return unseen;
  }
}
