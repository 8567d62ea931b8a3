package kant.edgedaemon.config;

import java.util.List;

/** The configuration cannot be used; its message has one line per mistake. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigException(List<String> mistakes) {
        super(String.join("\n", mistakes));
    }
}
