package kant.edgedaemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import kant.edgedaemon.config.DaemonConfig.Provisioning;
import kant.model.auth.ConnectionString;
import kant.model.error.RefusedException;

/** Reads {@code [provisioning]}; only the manual source with a symmetric key is possible yet. */
final class ProvisioningReader {
    private static final String SOURCE = "provisioning.source";
    private static final String KEY = "provisioning.authentication.device_id_pk";
    private static final String REMEDY = "Give connection_string = \"HostName=…;DeviceId=…;SharedAccessKey=…\".";

    private final ConfigReader in;

    ProvisioningReader(ConfigReader in) {
        this.in = in;
    }

    Provisioning read() {
        String source = in.required(SOURCE, "Use source = \"manual\" and a connection_string.");
        if (!source.isEmpty() && !source.equals("manual")) {
            in.mistake(
                    SOURCE, "provisioning source \"" + source + "\" is not possible in this version. Use \"manual\".");
        }
        if (!source.equals("manual")) {
            return new Provisioning("", "unprovisioned", new Secret(""));
        }
        return in.has("provisioning.connection_string") ? connectionString() : parts();
    }

    private Provisioning connectionString() {
        String key = "provisioning.connection_string";
        try {
            ConnectionString text = ConnectionString.parse(in.required(key, REMEDY));
            return new Provisioning(
                    text.require("HostName"), text.require("DeviceId"), usable(key, text.require("SharedAccessKey")));
        } catch (RefusedException e) {
            in.mistake(key, e.refusal().reason() + ".");
            return new Provisioning("", "unprovisioned", new Secret(""));
        }
    }

    private Provisioning parts() {
        String method = in.text("provisioning.authentication.method", "sas");
        if (!method.equals("sas")) {
            in.mistake(
                    "provisioning.authentication.method",
                    "provisioning.authentication.method \"" + method
                            + "\" is not possible in this version. Use \"sas\".");
        }
        return new Provisioning(
                in.required("provisioning.iothub_hostname", REMEDY),
                in.required("provisioning.device_id", REMEDY),
                key());
    }

    private Secret key() {
        if (in.has(KEY + ".value")) {
            return usable(KEY, in.text(KEY + ".value", ""));
        }
        String uri = in.textOrNull(KEY + ".uri");
        if (uri != null && uri.startsWith("pkcs11:")) {
            in.mistake(KEY, "\"" + KEY + "\": keys in a PKCS#11 token are not possible in this version.");
            return new Secret("");
        }
        Path file = in.pathOrNull(KEY + ".uri");
        if (file == null) {
            in.mistake(KEY, "\"" + KEY + "\" is missing. " + REMEDY);
            return new Secret("");
        }
        try {
            return new Secret(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        } catch (IOException e) {
            in.mistake(KEY, "the key file \"" + file + "\" cannot be read: " + e.getMessage());
            return new Secret("");
        }
    }

    /** A base64 key with its padding put right, which many tools strip. */
    private Secret usable(String key, String base64) {
        String bare = base64.strip().replaceAll("=+$", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(bare);
            if (bytes.length == 0) {
                in.mistake(key, "\"" + key + "\": the key is empty.");
            }
            return new Secret(Base64.getEncoder().encodeToString(bytes));
        } catch (IllegalArgumentException _) {
            in.mistake(key, "\"" + key + "\": the key is not base64. Copy it whole from the hub.");
            return new Secret("");
        }
    }
}
