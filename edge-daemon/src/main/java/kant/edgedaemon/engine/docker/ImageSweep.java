package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.image.CleanUp;
import kant.edgedaemon.image.ImageBook;
import kant.edgedaemon.image.ImageReference;
import kant.edgedaemon.image.ImageSettings;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes images that we pulled and nobody uses, on one virtual thread. Nothing is forced: the engine itself keeps what a container uses,
 * and an image that also has a name of somebody else's is left alone.
 */
final class ImageSweep implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(ImageSweep.class);
    private static final Duration LOOK_AT_DISK = Duration.ofMinutes(5);

    private final DockerClient docker;
    private final ImageBook book;
    private final CleanUp rules;
    private final String agentImage;
    private final DiskUse disk;
    private final Time time;
    /** One sweep at a time: a pull that finds the disk full begins one, too. */
    private final ReentrantLock sweeping = new ReentrantLock();

    /** How full a disk is. */
    interface DiskUse {
        /** Of the file system that holds the folder. */
        int percent(Path folder) throws IOException;
    }

    ImageSweep(DockerClient docker, ImageBook book, ImageSettings settings, DiskUse disk, Time time) {
        this.docker = docker;
        this.book = book;
        this.rules = settings.cleanUp();
        this.agentImage = settings.agentImage();
        this.disk = disk;
        this.time = time;
    }

    @Override
    public void run() {
        Instant next = rules.firstAfter(time.now(), ZoneId.systemDefault());
        try {
            while (rules.enabled()) {
                time.sleep(LOOK_AT_DISK);
                if (!time.now().isBefore(next)) {
                    next = next.plus(rules.recurrence());
                    tellFailure(this::sweepOld);
                }
                tellFailure(this::sweepWhileFull);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the daemon stops
        }
    }

    /** Removes what nobody used for the age. */
    void sweepOld() throws EngineException {
        sweeping.lock();
        try {
            Set<String> inUse = inUse();
            for (String id : rules.aged(book.entries(), inUse, time.now())) {
                removeUnlessRefused(id, "unused");
            }
        } finally {
            sweeping.unlock();
        }
    }

    /** Where the disk is fuller than the high mark, removes images one by one until it is below the low one. */
    void sweepWhileFull() throws EngineException {
        sweeping.lock();
        try {
            Path data = Path.of(docker.get("/info").path("DockerRootDir").asText("/"));
            if (percent(data) < rules.highPercent()) {
                return;
            }
            Set<String> inUse = inUse();
            for (String id : rules.spare(book.entries(), inUse, time.now())) {
                if (percent(data) <= rules.lowPercent()) {
                    return;
                }
                removeUnlessRefused(id, "disk");
            }
        } finally {
            sweeping.unlock();
        }
    }

    /** Removes all that may go, for a pull that found no space; whether anything went. */
    boolean makeRoom() {
        if (!rules.enabled()) {
            return false;
        }
        sweeping.lock();
        try {
            boolean any = false;
            for (String id : rules.spare(book.entries(), inUse(), time.now())) {
                any |= removeUnlessRefused(id, "pull");
            }
            return any;
        } catch (EngineException e) {
            log.atWarn().setCause(e).log("images cannot be looked through for space");
            return false;
        } finally {
            sweeping.unlock();
        }
    }

    /** Images of any container, ours or not, running or not, and the agent's; ours are noted as used. */
    private Set<String> inUse() throws EngineException {
        Set<String> ids = new HashSet<>();
        for (JsonNode container : docker.get("/containers/json?all=true")) {
            ids.add(container.path("ImageID").asText());
        }
        JsonNode agent = imageOrMissing(agentImage);
        if (!agent.isMissingNode()) {
            ids.add(agent.path("Id").asText());
        }
        book.used(ids, time.now());
        return ids;
    }

    private int percent(Path data) throws EngineException {
        try {
            return disk.percent(data);
        } catch (IOException e) {
            throw EngineException.failed("the disk of the engine's folder \"" + data + "\" cannot be seen", e);
        }
    }

    private boolean removeUnlessRefused(String id, String reason) throws EngineException {
        JsonNode image = imageOrMissing(id);
        if (image.isMissingNode()) {
            book.forget(id); // somebody else removed it
            return false;
        }
        List<String> names = new ArrayList<>();
        image.path("RepoTags").forEach(tag -> names.add(tag.asText()));
        if (!onlyOurs(id, names)) {
            return false;
        }
        try {
            for (String name : names.isEmpty() ? List.of(id) : names) {
                docker.call("DELETE", "/images/" + DockerClient.encode(name));
            }
        } catch (EngineException e) {
            log.atInfo()
                    .addKeyValue("image", names)
                    .addKeyValue("reason", e.getMessage())
                    .log("the engine keeps an unused image");
            return false;
        }
        book.forget(id);
        log.atInfo()
                .addKeyValue("image", names)
                .addKeyValue("bytes", image.path("Size").asLong())
                .addKeyValue("reason", reason)
                .log("unused image removed");
        return true;
    }

    private boolean onlyOurs(String id, List<String> names) {
        ImageBook.Entry entry = book.entries().get(id);
        return entry != null
                && names.stream().allMatch(name -> entry.names().stream().anyMatch(our -> same(our, name)));
    }

    private static boolean same(String ours, String engines) {
        return ImageReference.parse(ours)
                .full()
                .equals(ImageReference.parse(engines).full());
    }

    private JsonNode imageOrMissing(String name) throws EngineException {
        try {
            return docker.get("/images/" + DockerClient.encode(name) + "/json");
        } catch (EngineException e) {
            if (e.isNotFound()) {
                return MissingNode.getInstance();
            }
            throw e;
        }
    }

    private interface Sweep {
        void run() throws EngineException;
    }

    private static void tellFailure(Sweep sweep) {
        try {
            sweep.run();
        } catch (EngineException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("unused images cannot be removed now");
        }
    }
}
