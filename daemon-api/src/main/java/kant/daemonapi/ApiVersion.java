package kant.daemonapi;

import java.util.Arrays;
import java.util.Optional;

/** The {@code api-version} values of the daemon's APIs, oldest first (reference/daemon.md §1.2). */
public enum ApiVersion {
    V2018_06_28("2018-06-28"),
    V2019_01_30("2019-01-30"),
    V2019_10_22("2019-10-22"),
    V2019_11_05("2019-11-05"),
    V2020_07_07("2020-07-07"),
    V2021_05_11("2021-05-11"),
    V2021_12_07("2021-12-07"),
    V2022_08_03("2022-08-03");

    /** What Kant's own clients speak. */
    public static final ApiVersion NEWEST = V2022_08_03;

    private final String text;

    ApiVersion(String text) {
        this.text = text;
    }

    /** As it stands in the query. */
    public String text() {
        return text;
    }

    /** Whether a route that came with {@code since} exists in this version. */
    public boolean has(ApiVersion since) {
        return compareTo(since) >= 0;
    }

    /** The version with this text; empty for an unknown one. */
    public static Optional<ApiVersion> parse(String text) {
        return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
    }
}
