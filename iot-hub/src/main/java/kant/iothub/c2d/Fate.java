package kant.iothub.c2d;

/** What becomes of a message to a device in the end; all but {@link #COMPLETED} mean that the device did not take it. */
public enum Fate {
    COMPLETED("Success", "completed"),
    REJECTED("Rejected", "rejected"),
    EXPIRED("Expired", "expired"),
    EXCEEDED("DeliveryCountExceeded", "exceeded"),
    PURGED("Purged", "purged");

    private final String status;
    private final String column;

    Fate(String status, String column) {
        this.status = status;
        this.column = column;
    }

    /** As feedback spells it ({@code statusCode}). */
    String status() {
        return status;
    }

    /** Where the queue's counts have it. */
    String column() {
        return column;
    }
}
