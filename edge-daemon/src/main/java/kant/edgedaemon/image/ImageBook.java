package kant.edgedaemon.image;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.json.JsonText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that this daemon pulled, by the engine's id: what it called them, and when each was last used. What is not in here is not
 * ours and is never collected; so a book that is lost or damaged costs disk space and nothing else.
 */
public final class ImageBook {
    private static final Logger log = LoggerFactory.getLogger(ImageBook.class);
    private static final String FILE = "images.json";

    private final PrivateFiles files;
    private final Map<String, Entry> entries = new TreeMap<>();

    /** @param names by which it was pulled */
    public record Entry(Set<String> names, Instant lastUse) {
        public Entry {
            names = Set.copyOf(names);
        }
    }

    private ImageBook(PrivateFiles files) {
        this.files = files;
    }

    public static ImageBook open(PrivateFiles files) throws IOException {
        var book = new ImageBook(files);
        byte[] bytes = files.read(FILE).orElse(null);
        if (bytes != null) {
            try {
                book.read(JsonText.read(bytes));
            } catch (JacksonException | DateTimeException e) {
                book.entries.clear();
                log.atWarn()
                        .setCause(e)
                        .addKeyValue("file", FILE)
                        .log("the list of pulled images is damaged and begins anew: images pulled so far are kept");
            }
        }
        return book;
    }

    private void read(JsonNode json) {
        for (JsonNode image : json.path("images")) {
            Set<String> names = new LinkedHashSet<>();
            image.path("names").forEach(name -> names.add(name.asText()));
            Instant lastUse = Instant.parse(image.path("lastUse").asText());
            entries.put(image.path("id").asText(), new Entry(names, lastUse));
        }
    }

    public synchronized Map<String, Entry> entries() {
        return Map.copyOf(entries);
    }

    public synchronized boolean has(String id) {
        return entries.containsKey(id);
    }

    /** Notes that the image was pulled by this name. */
    public synchronized void pulled(String id, String name, Instant now) {
        Set<String> names = new LinkedHashSet<>();
        Entry known = entries.get(id);
        if (known != null) {
            names.addAll(known.names());
        }
        names.add(name);
        entries.put(id, new Entry(names, now));
        save();
    }

    /** Notes that these images are in use; those that are not ours are none of our business. */
    public synchronized void used(Set<String> ids, Instant now) {
        boolean any = false;
        for (String id : ids) {
            any |= entries.computeIfPresent(id, (_, entry) -> new Entry(entry.names(), now)) != null;
        }
        if (any) {
            save();
        }
    }

    /** Notes that the image is gone. */
    public synchronized void forget(String id) {
        if (entries.remove(id) != null) {
            save();
        }
    }

    /** A full disk must not fail a pull or a start: what is not noted is merely kept for longer. */
    private void save() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", 1);
        var list = json.putArray("images");
        entries.forEach((id, entry) -> {
            ObjectNode image = list.addObject()
                    .put("id", id)
                    .put("lastUse", entry.lastUse().toString());
            var names = image.putArray("names");
            entry.names().stream().sorted().forEach(names::add);
        });
        try {
            files.write(FILE, JsonText.bytes(json));
        } catch (IOException e) {
            log.atWarn().setCause(e).addKeyValue("file", FILE).log("the list of pulled images cannot be written");
        }
    }
}
