package kant.edgedaemon.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.RegistryAuth;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.image.ImageReference;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Credentials by registry, in one private file. A password leaves it towards the engine only. */
public final class RegistryLogins {
    private static final Logger log = LoggerFactory.getLogger(RegistryLogins.class);
    private static final String FILE = "logins.json";
    /** More than a device has registries. */
    private static final int MAX_LOGINS = 100;
    /** Tokens of cloud registries have some thousand characters. */
    private static final int MAX_CHARACTERS = 64 * 1024;

    private final PrivateFiles files;
    private final Map<String, RegistryAuth> logins = new TreeMap<>();

    private RegistryLogins(PrivateFiles files) {
        this.files = files;
    }

    /** Reads the file; a damaged one is told and begins anew, for it must not keep a device from starting. */
    public static RegistryLogins open(PrivateFiles files) throws IOException {
        var logins = new RegistryLogins(files);
        byte[] bytes = files.read(FILE).orElse(null);
        if (bytes != null) {
            try {
                logins.read(JsonText.read(bytes));
            } catch (JacksonException | RefusedException _) { // whose message might quote a password
                log.atError()
                        .addKeyValue("file", FILE)
                        .log("the registries' credentials are damaged and are not used; log in again");
            }
        }
        return logins;
    }

    private void read(JsonNode json) throws RefusedException {
        for (JsonNode login : json.path("logins")) {
            RegistryAuth auth = RegistryAuth.parse(login);
            if (auth != null && auth.serverAddress() != null) {
                logins.put(auth.serverAddress(), auth);
            }
        }
    }

    /** The spec with the credentials for its image's registry; its own, where it has some, are better. */
    public synchronized ModuleSpec fill(ModuleSpec spec) {
        if (spec.auth() != null) {
            return spec;
        }
        RegistryAuth auth =
                logins.get(ImageReference.parse(spec.image()).registry().toLowerCase(Locale.ROOT));
        return auth == null ? spec : spec.withAuth(auth);
    }

    /** These credentials with the registry's name as it is kept. */
    public static RegistryAuth checked(RegistryAuth auth) throws RefusedException {
        if (isBlank(auth.serverAddress()) || isBlank(auth.username()) || isBlank(auth.password())) {
            throw refused("a login needs \"serveraddress\", \"username\" and \"password\"");
        }
        if (JsonText.write(auth.toJson()).length() > MAX_CHARACTERS) {
            throw refused("the credentials are longer than " + MAX_CHARACTERS + " characters");
        }
        return new RegistryAuth(auth.username(), auth.password(), registry(String.valueOf(auth.serverAddress())));
    }

    /**
     * Keeps credentials, in the place of those there were for that registry.
     *
     * @param auth as {@link #checked} gives them
     */
    public synchronized void put(RegistryAuth auth) throws IOException, RefusedException {
        String registry = String.valueOf(auth.serverAddress());
        if (logins.size() >= MAX_LOGINS && !logins.containsKey(registry)) {
            throw refused("there are credentials for " + MAX_LOGINS + " registries already; remove some (kant logout)");
        }
        Map<String, RegistryAuth> next = new TreeMap<>(logins);
        next.put(registry, auth);
        replaceBy(next);
    }

    /** Forgets a registry's credentials; whether there were some. */
    public synchronized boolean remove(String server) throws IOException, RefusedException {
        Map<String, RegistryAuth> next = new TreeMap<>(logins);
        if (next.remove(registry(server)) == null) {
            return false;
        }
        replaceBy(next);
        return true;
    }

    private void replaceBy(Map<String, RegistryAuth> next) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", 1);
        var list = json.putArray("logins");
        next.values().forEach(auth -> list.add(auth.toJson()));
        files.write(FILE, JsonText.bytes(json));
        logins.clear();
        logins.putAll(next);
    }

    /** {@code https://Registry.Example.com/v2/} is {@code registry.example.com}; Docker's own has several names. */
    static String registry(String server) throws RefusedException {
        String host = server.strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^https?://", "")
                .replaceFirst("/.*$", "");
        if (!host.matches("[a-z0-9.-]+(:\\d{1,5})?|\\[[0-9a-f:]+](:\\d{1,5})?")) {
            throw refused("\"" + server + "\" is no registry; give its host, such as registry.example.com:5000");
        }
        return switch (host) {
            case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com" ->
                ImageReference.DEFAULT_REGISTRY;
            default -> host;
        };
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static RefusedException refused(String reason) {
        return new RefusedException(new Refusal.Invalid(reason));
    }
}
