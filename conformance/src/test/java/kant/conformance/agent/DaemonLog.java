package kant.conformance.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A daemon's log, of which suites read what it did to modules. */
record DaemonLog(Path file) {
    private static final Pattern CHANGE = Pattern.compile(
            "^\\w+ +(\\S+) .* module (created|started|stopped|restarted|replaced|removed) +module=\"([^\"]+)\"");

    /** One thing that the daemon did to a module. */
    record Change(Instant at, String what, String module) {
        @Override
        public String toString() {
            return what + " " + module;
        }
    }

    /** What the daemon did to modules, oldest first. */
    List<Change> changes() throws IOException {
        List<Change> changes = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            var matcher = CHANGE.matcher(line);
            if (matcher.find()) {
                changes.add(new Change(Instant.parse(matcher.group(1)), matcher.group(2), matcher.group(3)));
            }
        }
        return changes;
    }

    /** What it did since there were so many changes, as {@code started m}. */
    List<String> since(int mark) throws IOException {
        return changes().stream().skip(mark).map(Change::toString).toList();
    }

    int mark() throws IOException {
        return changes().size();
    }
}
