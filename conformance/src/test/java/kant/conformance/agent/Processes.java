package kant.conformance.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The processes of a device's modules, found by their environment, so that no program under test is asked. */
record Processes(String device) {

    /** One process of a module. */
    record Found(long pid, long parent, Map<String, String> environment) {}

    /** The first process of each run of each module, by module id: more than one is a module that runs twice. */
    Map<String, List<Found>> roots() throws IOException {
        List<Found> all = all();
        Map<Long, String> moduleOf = new HashMap<>();
        all.forEach(found -> moduleOf.put(found.pid(), id(found)));
        Map<String, List<Found>> roots = new TreeMap<>();
        for (Found found : all) {
            if (!id(found).equals(moduleOf.get(found.parent()))) {
                roots.computeIfAbsent(id(found), _ -> new ArrayList<>()).add(found);
            }
        }
        return roots;
    }

    /** The one run of a module; fails where there is none or several. */
    Found only(String module) throws IOException {
        List<Found> runs = roots().getOrDefault(module, List.of());
        if (runs.size() != 1) {
            throw new AssertionError("module " + module + " should run once, its runs are " + runs);
        }
        return runs.getFirst();
    }

    private static String id(Found found) {
        return found.environment().get("IOTEDGE_MODULEID");
    }

    private List<Found> all() throws IOException {
        List<Found> found = new ArrayList<>();
        try (Stream<Path> folders = Files.list(Path.of("/proc"))) {
            for (Path folder : folders.filter(f -> f.getFileName().toString().matches("\\d+"))
                    .toList()) {
                found(folder, found);
            }
        }
        return found;
    }

    private void found(Path folder, List<Found> into) {
        try {
            Map<String, String> environment = new TreeMap<>();
            for (String line : Files.readString(folder.resolve("environ"), StandardCharsets.UTF_8)
                    .split("\0")) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    environment.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            String stat = Files.readString(folder.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean ended = fields[0].equals("Z");
            if (!ended && device.equals(environment.get("IOTEDGE_DEVICEID"))) {
                into.add(new Found(
                        Long.parseLong(folder.getFileName().toString()), Long.parseLong(fields[1]), environment));
            }
        } catch (IOException _) {
            // it ended while we looked
        }
    }
}
