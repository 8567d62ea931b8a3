package kant.daemonapi.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import kant.daemonapi.Fields;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/**
 * A certificate made by the daemon; its text form hides the key.
 *
 * @param privateKeyPem PKCS#8 PEM
 * @param certificatePem leaf first, then its issuers
 */
public record IssuedCertificate(String privateKeyPem, String certificatePem, Instant expiration) {
    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

    public static IssuedCertificate parse(JsonNode json) throws RefusedException {
        JsonNode key = Fields.object(json, "privateKey");
        if (!"key".equals(Fields.text(key, "type"))) {
            throw new RefusedException(new Refusal.Invalid("the private key is not of type \"key\""));
        }
        Instant expiration = Fields.instantOrNull(json, "expiration");
        if (expiration == null) {
            throw new RefusedException(new Refusal.Invalid("\"expiration\" is missing"));
        }
        return new IssuedCertificate(Fields.text(key, "bytes"), Fields.text(json, "certificate"), expiration);
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("privateKey").put("type", "key").put("bytes", privateKeyPem);
        json.put("certificate", certificatePem);
        json.put("expiration", OFFSET.format(expiration.atOffset(ZoneOffset.UTC)));
        return json;
    }

    @Override
    public String toString() {
        return "IssuedCertificate[until " + expiration + ", <redacted>]";
    }
}
