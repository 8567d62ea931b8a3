package kant.edgeagent.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import kant.edgeagent.state.JsonFile;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deployment from a file, {@code ConfigSource=local}: {@code {"version":N,"deploymentConfig":{…}}}, the latter as desired properties
 * would be. It is read again at every look. There is no twin then, so nothing is reported and no method is heard.
 */
public final class LocalSource implements DesiredSource {
    private static final Logger log = LoggerFactory.getLogger(LocalSource.class);

    private final JsonFile file;
    private final String name;
    private final Backup backup;
    private @Nullable TwinDocument document;
    private String lastProblem = "";

    /**
     * Reads a file.
     *
     * @param folder where it is
     * @param name of the file
     * @param disk the agent's own, where the last good deployment is kept
     */
    public LocalSource(Disk folder, String name, Disk disk) {
        this.file = new JsonFile(folder, name);
        this.name = name;
        this.backup = new Backup(disk);
    }

    /** What the file says; what it said last where it cannot be read, and the last good deployment before the first reading. */
    @Override
    public Optional<TwinDocument> read() {
        try {
            Optional<TwinDocument> now = file.read().flatMap(Backup::document);
            now.ifPresent(fresh -> document = isNew(fresh) ? fresh : document);
            problem(now.isPresent() ? "" : "there is no \"deploymentConfig\" in it");
        } catch (IOException e) {
            problem(String.valueOf(e.getMessage()));
        }
        if (document == null) {
            document = backup.lastGood().orElse(null);
        }
        return Optional.ofNullable(document);
    }

    private boolean isNew(TwinDocument fresh) {
        return document == null
                || document.version() != fresh.version()
                || !document.desired().equals(fresh.desired());
    }

    private void problem(String text) {
        if (!text.isEmpty() && !text.equals(lastProblem)) {
            log.atWarn()
                    .addKeyValue("file", name)
                    .addKeyValue("reason", text)
                    .log("the deployment's file cannot be used, what was deployed stays");
        }
        lastProblem = text;
    }

    @Override
    public Optional<Duration> nextLook() {
        return Optional.empty();
    }

    @Override
    public void keep(TwinDocument good) throws IOException {
        backup.keep(good);
    }

    @Override
    public boolean report(ObjectNode patch) {
        return false;
    }

    @Override
    public Optional<TwinDocument> lastGood() {
        return backup.lastGood();
    }

    @Override
    public void close() {
        // no file stays open between two looks
    }
}
