package kant.daemonapi.management;

import java.util.Locale;

/** The status word of a module in the management API. */
public enum ModuleState {
    RUNNING,
    STOPPED,
    FAILED,
    DEAD,
    UNKNOWN;

    /** As it stands in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Any other word is {@link #UNKNOWN}. */
    public static ModuleState parse(String text) {
        for (ModuleState state : values()) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        return UNKNOWN;
    }
}
