package kant.edgeagent.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import kant.model.json.JsonText;
import kant.world.Disk;

/**
 * One JSON object in one file. A write replaces it as a whole: after a crash either the old or the new one is there. For one
 * thread.
 */
public final class JsonFile {
    /** Far above any twin, which the hub bounds to 32 KiB a section. */
    private static final int MAX_BYTES = 1 << 20;

    private final Disk disk;
    private final String name;

    public JsonFile(Disk disk, String name) {
        this.disk = disk;
        this.name = name;
    }

    /** The object; empty where there is no file. A damaged file is an {@link IOException} that names it. */
    public Optional<ObjectNode> read() throws IOException {
        if (!disk.exists(name)) {
            return Optional.empty();
        }
        byte[] bytes = bytes();
        try {
            if (JsonText.read(bytes) instanceof ObjectNode object) {
                return Optional.of(object);
            }
        } catch (JsonProcessingException e) {
            throw new IOException("\"" + name + "\" is damaged: it is not JSON, " + e.getOriginalMessage(), e);
        }
        throw new IOException("\"" + name + "\" is damaged: it holds no JSON object");
    }

    /** Replaces the object; it is on disk when this returns. */
    public void write(ObjectNode object) throws IOException {
        String fresh = name + ".new";
        try (var file = disk.open(fresh)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(JsonText.bytes(object)), 0);
            file.sync(true);
        }
        disk.rename(fresh, name);
        disk.sync();
    }

    private byte[] bytes() throws IOException {
        try (var file = disk.open(name)) {
            long size = file.size();
            if (size > MAX_BYTES) {
                throw new IOException("\"" + name + "\" is damaged: " + size + " bytes are more than ever written");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) size);
            while (buffer.hasRemaining() && file.read(buffer, buffer.position()) >= 0) {
                // read until full or at the end, which a shrinking file would bring early
            }
            return java.util.Arrays.copyOf(buffer.array(), buffer.position());
        }
    }
}
