package kant.testkit.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The names on a disk as a process sees them, and what a power cut may make of them. Guarded by its {@link SimDisk}.
 *
 * <p>Each change since the last sync is atomic and about one file, whatever it is called. A power cut undoes the newest ones, as
 * file systems with a journal do, or any of them, as others may.
 */
final class SimDirectory {
    private Map<String, SimFile> durable = new HashMap<>();
    private Map<String, SimFile> live = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();

    private sealed interface Change {
        record Create(String name, SimFile file) implements Change {}

        record Delete(String name, SimFile file) implements Change {}

        record Rename(String from, String to, SimFile file) implements Change {}
    }

    Map<String, SimFile> names() {
        return live;
    }

    void create(String name, SimFile file) {
        change(new Change.Create(name, file));
    }

    void delete(String name) {
        SimFile file = live.get(name);
        if (file != null) {
            change(new Change.Delete(name, file));
        };
    }

    void rename(String from, String to) {
        change(new Change.Rename(from, to, Objects.requireNonNull(live.get(from))));
    }

    void sync() {
        durable = new HashMap<>(live);
        changes.clear();
    }

    /** The power is cut: chance decides about what was not synced. */
    void settle(SplittableRandom random) {
        live = new HashMap<>(durable);
        int kept = random.nextInt(changes.size() + 1);
        boolean inOrder = random.nextBoolean();
        for (int i = 0; i < changes.size(); i++) {
            if (inOrder ? i < kept : random.nextBoolean()) {
                apply(changes.get(i));
            }
        }
        sync();
    }

    private void change(Change change) {
        changes.add(change);
        apply(change);
    }

    private void apply(Change change) {
        switch (change) {
            case Change.Create(String name, SimFile file) -> live.put(name, file);
            case Change.Delete(String name, SimFile file) -> live.remove(name, file);
            case Change.Rename(String from, String to, SimFile file) -> {
                live.remove(from, file);
                live.put(to, file);
            }
        }
    }
}
