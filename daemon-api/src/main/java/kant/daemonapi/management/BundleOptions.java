package kant.daemonapi.management;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a support bundle shall hold.
 *
 * @param since of logs: RFC 3339, Unix seconds or a duration back from now; null for the daemon's default
 * @param until the same for the end; null for the present moment
 * @param iotHub host name of the hub, for connection checks; null where it is not known
 * @param runtimeOnly only agent, hub and daemon, no other module
 */
public record BundleOptions(
        @Nullable String since,
        @Nullable String until,
        @Nullable String iotHub,
        boolean runtimeOnly) {

    /** {@code edge_runtime_only=…&since=…}. */
    String query() {
        List<String> parts = new ArrayList<>(List.of("edge_runtime_only=" + runtimeOnly));
        add(parts, "since", since);
        add(parts, "until", until);
        add(parts, "iothub_hostname", iotHub);
        return String.join("&", parts);
    }

    private static void add(List<String> parts, String name, @Nullable String value) {
        if (value != null) {
            parts.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
