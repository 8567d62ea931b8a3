package kant.cli.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Looks before we leap: whether an address and port can be had, and who has it if not. */
public final class Ports {
    private static final String LISTENING = "0A";

    private Ports() {}

    /** Fails with a sentence that names the holder where the port is taken, or the missing right. */
    public static void requireFree(String address, int port, String option) throws CliException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.toLowerCase(Locale.ROOT).contains("permission")) {
                throw new CliException(
                        "port " + port + " on " + address + " needs rights that this user does not have; " + option, e);
            }
            throw new CliException(
                    "port " + port + " on " + address + " is taken"
                            + holder(address, port).map(h -> " by " + h).orElse(": " + why) + "; stop it, or " + option,
                    e);
        }
    }

    /** Whether this user may bind a port below 1024. */
    public static boolean mayBind(String address, int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (IOException e) {
            return !String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("permission");
        }
    }

    private static Optional<String> holder(String address, int port) {
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            try {
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] f = line.trim().split("\\s+");
                    if (f.length > 9 && f[3].equals(LISTENING) && covers(f[1], address, port)) {
                        Optional<String> found = byInode(f[9]);
                        if (found.isPresent()) {
                            return found;
                        }
                    }
                }
            } catch (IOException _) {
                // no such table here: the sentence then names no holder
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a socket on a local address of the kernel's tables takes this address and port: words of four bytes in the machine's
     * order as hexadecimal digits, a colon, the port. All zeroes is every address; an IPv4 address stands last in an IPv6 one.
     */
    static boolean covers(String local, String address, int port) throws UnknownHostException {
        String[] parts = local.split(":");
        if (parts.length != 2 || Integer.parseInt(parts[1], 16) != port) {
            return false;
        }
        byte[] b = InetAddress.getByName(address).getAddress();
        String ours = b.length == 4 ? String.format("%02X%02X%02X%02X", b[3], b[2], b[1], b[0]) : "";
        return parts[0].matches("0+") || (!ours.isEmpty() && parts[0].endsWith(ours));
    }

    private static Optional<String> byInode(String inode) {
        return ProcessHandle.allProcesses()
                .filter(p -> holds(p.pid(), inode))
                .findFirst()
                .map(p -> "process " + p.pid()
                        + p.info()
                                .commandLine()
                                .map(c -> " (" + shorten(c) + ")")
                                .orElse(""));
    }

    private static boolean holds(long pid, String inode) {
        try (var descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return descriptors.anyMatch(d -> {
                try {
                    return Files.readSymbolicLink(d).toString().equals("socket:[" + inode + "]");
                } catch (IOException _) {
                    return false; // closed meanwhile
                }
            });
        } catch (IOException _) {
            return false; // ended meanwhile, or another user's
        }
    }

    private static String shorten(String commandLine) {
        int data = commandLine.indexOf("kant.");
        String s = data > 0 ? commandLine.substring(data) : commandLine;
        return s.length() <= 120 ? s : s.substring(0, 120) + "…";
    }
}
