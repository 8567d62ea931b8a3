package kant.edgedaemon.config;

import java.util.List;

/** The configuration cannot be used; its message has one line per mistake. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialised
    private final List<String> mistakes;

    ConfigException(List<String> mistakes) {
        super(String.join("\n", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** One sentence each, with file and line where they are known. */
    public List<String> mistakes() {
        return mistakes;
    }
}
