package kant.edgeagent;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/** Reads environment variables, names in any case, and gathers what is wrong with them. */
final class EnvironmentReader {
    private static final String FOLDER = "edgeAgent";
    private static final String OWN_FOLDER = "KANT_DATA";

    /** Said to the agent alone: its folder, its process, its habits. */
    private static final Set<String> OWN = Set.of(
            OWN_FOLDER,
            "KANT_RUN_OF",
            "KANT_LOOK_MILLIS",
            "KANT_MASK_CREDENTIALS",
            "KANT_ROLLBACK",
            "KANT_PROBATION_SECS");

    private final Map<String, String> variables = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> mistakes = new ArrayList<>();

    EnvironmentReader(Map<String, String> environment) {
        variables.putAll(environment);
    }

    /** Ends the reading. */
    void close() throws RefusedException {
        if (!mistakes.isEmpty()) {
            throw new RefusedException(
                    new Refusal.Invalid("the agent's environment is not usable: " + String.join("; ", mistakes)
                            + ". The daemon sets most of it; set the rest under [agent.env] in its config.toml."));
        }
    }

    /** The value, an empty text where it is missing, which is a mistake. */
    String required(String name) {
        String value = optional(name);
        if (value == null) {
            mistake(name + " is missing or blank");
            return "";
        }
        return value;
    }

    /** The value, null where it is absent or blank. */
    @Nullable
    String optional(String name) {
        String value = variables.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** The value, or this one where it is absent or blank. */
    String text(String name, String ifAbsent) {
        String value = optional(name);
        return value == null ? ifAbsent : value;
    }

    /** A variable that may say one thing only, in any case. */
    void allow(String name, String only) {
        String value = optional(name);
        if (value != null && !value.equalsIgnoreCase(only)) {
            mistake(name + " is \"" + value + "\"; only \"" + only + "\" is possible");
        }
    }

    /** Whether it says the first of two words, in any case; the second is the default. */
    boolean word(String name, String yes, String no) {
        String value = optional(name);
        if (value != null && !value.equalsIgnoreCase(yes) && !value.equalsIgnoreCase(no)) {
            mistake(name + " is \"" + value + "\"; it must be " + yes + " or " + no);
        }
        return yes.equalsIgnoreCase(value);
    }

    int number(String name, int ifAbsent, int least, int most) {
        String value = optional(name);
        if (value == null) {
            return ifAbsent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below, as for a number out of its range
        }
        mistake(name + " is \"" + value + "\"; it must be a whole number from " + least + " to " + most);
        return ifAbsent;
    }

    IdentityId identity(String deviceName, String moduleName) {
        try {
            return IdentityId.module(required(deviceName), required(moduleName));
        } catch (IllegalArgumentException e) {
            mistake(String.valueOf(e.getMessage()));
            return IdentityId.module("unknown", IdentityId.EDGE_AGENT);
        }
    }

    /** Where the agent keeps its files: KANT_DATA, or {@code edgeAgent} in StorageFolder or the system's temporary folder. */
    Path storage() {
        String own = optional(OWN_FOLDER);
        String shared = optional("StorageFolder");
        try {
            return own != null
                    ? Path.of(own)
                    : Path.of(shared != null ? shared : System.getProperty("java.io.tmpdir"), FOLDER);
        } catch (InvalidPathException e) {
            mistake("the storage folder \"" + e.getInput() + "\" is no path: " + e.getReason());
            return Path.of(FOLDER);
        }
    }

    /** The file that {@code ConfigSource=local} deploys; a relative one is in the agent's folder. */
    Path localDeployment() {
        String given = text("LocalConfigPath", "config.json");
        try {
            return storage().resolve(given);
        } catch (InvalidPathException e) {
            mistake("LocalConfigPath is \"" + e.getInput() + "\", which is no path: " + e.getReason());
            return storage();
        }
    }

    /** Kant's own settings, which the hub needs as well; all but what is the agent's alone. */
    Map<String, String> passedOn() {
        Map<String, String> ours = new TreeMap<>();
        variables.forEach((name, value) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (upper.startsWith("KANT_") && !OWN.contains(upper)) {
                ours.put(name, value);
            }
        });
        return ours;
    }

    private void mistake(String what) {
        if (!mistakes.contains(what)) {
            mistakes.add(what);
        }
    }
}
