package kant.model.deployment;

/**
 * Why a manifest is not taken.
 *
 * @param code 400 malformed, 412 schema version, 417 empty, 500 two modules of one name (reference/agent.md §1.6)
 * @param description the contract's text for {@code lastDesiredStatus}
 * @param pointer the place, as a JSON pointer below the desired properties; empty for the whole
 * @param detail what is wrong there and what to do; empty where the description says it all
 */
public record ManifestRefusal(int code, String description, String pointer, String detail) {

    /** The description with place and detail: what is reported and logged. */
    public String text() {
        return detail.isEmpty() ? description : description + " " + place() + ": " + detail;
    }

    private String place() {
        return pointer.isEmpty() ? "(root)" : pointer;
    }
}
