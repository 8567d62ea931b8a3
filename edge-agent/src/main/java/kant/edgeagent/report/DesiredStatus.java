package kant.edgeagent.report;

import java.util.List;

/** How the device stands to its deployment: {@code lastDesiredStatus} (reference/agent.md §3.1). */
public record DesiredStatus(int code, String description) {
    /** Longer descriptions are cut; a twin takes texts of at most 4 KiB. */
    private static final int MAX_CHARACTERS = 2048;

    /** The plan finished, or there was nothing to do. Not: every module runs. */
    public static final DesiredStatus OK = new DesiredStatus(200, "");

    /** The agent was stopped and cannot tell. */
    public static final DesiredStatus NOT_RUNNING = new DesiredStatus(406, "Agent is not running");

    private static final int FAILED = 500;

    public DesiredStatus {
        description =
                description.length() > MAX_CHARACTERS ? description.substring(0, MAX_CHARACTERS) + "…" : description;
    }

    /** Something failed; several messages are put together as the original does. */
    public static DesiredStatus failed(List<String> messages) {
        return new DesiredStatus(
                FAILED,
                messages.size() == 1
                        ? messages.getFirst()
                        : "One or more errors occurred. (" + String.join(") (", messages) + ")");
    }
}
