package kant.store.segment;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.world.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes files; those that the disk would not delete still count, and are tried again. On the writer thread. */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private final Disk disk;
    private final Map<String, Long> bytesByName = new LinkedHashMap<>();

    Leftovers(Disk disk) {
        this.disk = disk;
    }

    /** @param bytes what the file takes while it is there */
    void delete(String name, long bytes) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            bytesByName.put(name, bytes);
            log.atWarn().addKeyValue("file", name).setCause(e).log("deleting a file failed, will try again");
        }
    }

    /** The same, but not before the directory has been synced. */
    void deleteLater(String name, long bytes) {
        bytesByName.put(name, bytes);
    }

    void tryAgain() {
        if (bytesByName.isEmpty()) {
            return;
        }
        try {
            disk.sync();
            for (Iterator<String> names = bytesByName.keySet().iterator(); names.hasNext(); ) {
                disk.delete(names.next());
                names.remove();
            }
        } catch (IOException e) {
            log.atDebug().setCause(e).log("deleting a file failed again");
        }
    }

    /** What they take. */
    long bytes() {
        return bytesByName.values().stream().mapToLong(Long::longValue).sum();
    }
}
