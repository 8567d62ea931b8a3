package kant.edgedaemon.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The keys of reference/daemon.md §4.2 and of {@code [kant]}, and which key a misspelled one was meant to be. */
final class KnownKeys {
    /** A suggestion further away than this many letters helps nobody. */
    private static final int MAX_DISTANCE = 4;

    private static final Set<String> USED = keys("""
            hostname trust_bundle_cert allow_elevated_docker_permissions
            iotedge_max_requests.management iotedge_max_requests.workload
            provisioning.source provisioning.connection_string provisioning.iothub_hostname provisioning.device_id
            provisioning.authentication.method provisioning.authentication.device_id_pk.value
            provisioning.authentication.device_id_pk.uri
            edge_ca.cert edge_ca.pk edge_ca.common_name edge_ca.auto_generated_edge_ca_expiry_days
            agent.name agent.type agent.imagePullPolicy agent.config.image agent.config.createOptions.*
            agent.config.auth.serveraddress agent.config.auth.username agent.config.auth.password agent.env.*
            connect.workload_uri connect.management_uri listen.workload_uri listen.management_uri
            moby_runtime.uri moby_runtime.network moby_runtime.network.name moby_runtime.network.ipv6
            moby_runtime.network.ipam.config
            kant.data kant.run kant.engine kant.catalogue kant.listen_address kant.parent_address
            kant.parent_https_port kant.hub_only kant.remove_on_stop kant.trust_socket_modes kant.env.* kant.image_policy
            kant.pull.at_once kant.pull.attempts kant.pull.stall_limit kant.pull.time_limit
            kant.image_disk.high_percent kant.image_disk.low_percent
            image_garbage_collection.enabled image_garbage_collection.cleanup_recurrence
            image_garbage_collection.image_age_cleanup_threshold image_garbage_collection.cleanup_time
            """);

    /** The original's keys that nothing here reads yet; those whose loss would matter are refused by {@link ConfigFile}. */
    private static final Set<String> WITHOUT_EFFECT = keys("""
            parent_hostname local_gateway_hostname auto_reprovisioning_mode cloud_timeout_sec cloud_retries
            prefer_module_identity_cache additional_info imported_master_encryption_key aziot_max_requests.*
            provisioning.global_endpoint provisioning.id_scope provisioning.payload.*
            provisioning.attestation.* provisioning.authentication.*
            cert_issuance.* localid.domain aziot_keys.* preloaded_keys.* preloaded_certs.* tpm.*
            edge_ca.method edge_ca.subject.* edge_ca.expiry_days edge_ca.url edge_ca.auto_renew.*
            watchdog.max_retries moby_runtime.content_trust.*
            """);

    private KnownKeys() {}

    /** One line per key that is unknown or has no effect. */
    static List<String> warnings(JsonNode tree, TomlLines lines, String file) {
        List<String> warnings = new ArrayList<>();
        for (String key : leaves(tree, "")) {
            if (in(WITHOUT_EFFECT, key)) {
                warnings.add(at(file, lines, key) + "\"" + key + "\" has no effect in this version.");
            } else if (!in(USED, key)) {
                warnings.add(at(file, lines, key) + "unknown key \"" + key + "\" (ignored)." + suggestion(key));
            }
        }
        return warnings;
    }

    static String at(String file, TomlLines lines, String key) {
        int line = lines.of(key);
        return file + (line == 0 ? ": " : ":" + line + ": ");
    }

    private static boolean in(Set<String> known, String key) {
        return known.stream()
                .anyMatch(k -> k.equals(key) || k.endsWith(".*") && key.startsWith(k.substring(0, k.length() - 1)));
    }

    private static String suggestion(String key) {
        return USED.stream()
                .filter(known -> !known.endsWith(".*"))
                .min(Comparator.comparingInt((String known) -> distance(key, known)))
                .filter(nearest -> distance(key, nearest) <= MAX_DISTANCE)
                .map(nearest -> " Did you mean \"" + nearest + "\"?")
                .orElse("");
    }

    private static Set<String> leaves(JsonNode node, String prefix) {
        Set<String> keys = new LinkedHashSet<>();
        node.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            boolean table = entry.getValue().isObject() && !entry.getValue().isEmpty();
            if (table) {
                keys.addAll(leaves(entry.getValue(), key + "."));
            } else if (!entry.getValue().isObject()) {
                keys.add(key);
            }
        });
        return keys;
    }

    /** Levenshtein's distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static Set<String> keys(String text) {
        return new LinkedHashSet<>(List.of(text.strip().split("\\s+")));
    }
}
