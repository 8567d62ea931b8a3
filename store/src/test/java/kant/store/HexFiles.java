package kant.store;

import java.io.IOException;
import java.util.HexFormat;
import kant.testkit.sim.SimDisk;

/** Files as text: sixteen bytes a line behind their offset; lines of zeros are left out. */
final class HexFiles {
    private static final int ROW = 16;

    private HexFiles() {}

    static String dump(byte[] bytes) {
        var dump = new StringBuilder();
        for (int at = 0; at < bytes.length; at += ROW) {
            String row = HexFormat.ofDelimiter(" ").formatHex(bytes, at, Math.min(at + ROW, bytes.length));
            if (!row.replaceAll("[ 0]", "").isEmpty()) {
                dump.append("%04x  %s%n".formatted(at, row));
            }
        }
        return dump.toString();
    }

    static void put(SimDisk disk, String name, String dump, int size) throws IOException {
        disk.open(name).close();
        disk.damage(name, 0, new byte[size]);
        for (String line : dump.lines().toList()) {
            String[] parts = line.split("  ", 2);
            disk.damage(
                    name,
                    Integer.parseInt(parts[0], 16),
                    HexFormat.ofDelimiter(" ").parseHex(parts[1]));
        }
    }
}
