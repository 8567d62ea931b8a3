package kant.cli.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Looks before we leap: whether an address and port can be had, and who has it if not. */
public final class Ports {
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
                            + holder(port).map(h -> " by " + h).orElse(": " + why) + "; stop it, or " + option,
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

    private static Optional<String> holder(int port) {
        String hex = String.format("%04X", port);
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            try {
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] f = line.trim().split("\\s+");
                    if (f.length > 9 && f[1].endsWith(":" + hex) && f[3].equals("0A")) {
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
