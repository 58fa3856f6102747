package io.runlake.search;

import io.runlake.search.Order.Cell;
import io.runlake.search.Order.SortKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Where a page ended: the sort key of its last row, so that rows which come and go between two
 * pages neither repeat nor hide others. It is bound to its search by a hash.
 */
final class PageToken {
  private static final int VERSION = 1;

  private PageToken() {}

  static String write(String search, SortKey last) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(hash(search));
      for (Cell cell : last.cells()) {
        byte[] text = cell.text().getBytes(StandardCharsets.UTF_8);
        out.writeByte(cell.rank());
        out.writeDouble(cell.number());
        out.writeInt(text.length);
        out.write(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail", e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /**
   * @param items how many items the order of the search has
   */
  static SortKey read(String token, String search, int items) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(token)))) {
      if (in.readByte() != VERSION) {
        throw invalid(token, "it is not one of ours");
      }
      if (in.readLong() != hash(search)) {
        throw invalid(token, "it belongs to a search with another filter, order or scope");
      }
      List<Cell> cells = new ArrayList<>();
      for (int i = 0; i < items; i++) {
        int rank = in.readByte();
        double number = in.readDouble();
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
          throw invalid(token, "it was cut");
        }
        cells.add(
            new Cell(rank, number, new String(in.readNBytes(length), StandardCharsets.UTF_8)));
      }
      return new SortKey(cells);
    } catch (IllegalArgumentException | IOException broken) {
      throw invalid(token, "it was cut or changed");
    }
  }

  private static FilterException invalid(String token, String why) {
    return new FilterException(
        "Invalid page token '"
            + Parser.shortened(token)
            + "': "
            + why
            + "; give the token of the page before, with the same query.",
        1);
  }

  private static long hash(String search) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(search.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
