package kant.iothub.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import org.jspecify.annotations.Nullable;

/** The {@code authentication} member of devices and modules (reference/service-protocols.md §2.1). */
public final class AuthenticationJson {
    private AuthenticationJson() {}

    /** Everything, keys included. */
    public static ObjectNode json(Authentication authentication) {
        ObjectNode json = Json.object();
        boolean keys = authentication.type() == Authentication.Type.SAS;
        json.putObject("symmetricKey")
                .put("primaryKey", keys ? authentication.primary() : null)
                .put("secondaryKey", keys ? authentication.secondary() : null);
        json.set("x509Thumbprint", thumbprints(authentication));
        json.put("type", authentication.type().text());
        return json;
    }

    /** The {@code x509Thumbprint} member, which twins have too. */
    public static ObjectNode thumbprints(Authentication authentication) {
        boolean thumbprints = authentication.type() == Authentication.Type.SELF_SIGNED;
        return Json.object()
                .put("primaryThumbprint", thumbprints ? given(authentication.primary()) : null)
                .put("secondaryThumbprint", thumbprints ? given(authentication.secondary()) : null);
    }

    /** Reads the member from the body of a device or module; null where the caller says nothing of it. */
    static @Nullable AuthenticationDraft draft(ObjectNode body) throws HubRefusedException {
        ObjectNode json = Json.objectMember(body, "authentication");
        if (json == null) {
            return null;
        }
        ObjectNode keys = member(json, "symmetricKey");
        ObjectNode thumbprints = member(json, "x509Thumbprint");
        String primaryThumbprint = text(thumbprints, "primaryThumbprint");
        String secondaryThumbprint = text(thumbprints, "secondaryThumbprint");
        Authentication.Type type = type(json, !primaryThumbprint.isEmpty() || !secondaryThumbprint.isEmpty());
        return type == Authentication.Type.SELF_SIGNED
                ? new AuthenticationDraft(type, primaryThumbprint, secondaryThumbprint)
                : new AuthenticationDraft(type, text(keys, "primaryKey"), text(keys, "secondaryKey"));
    }

    private static Authentication.Type type(ObjectNode json, boolean hasThumbprint) throws HubRefusedException {
        String given = Json.textMember(json, "type");
        if (given == null || given.isEmpty()) {
            return hasThumbprint ? Authentication.Type.SELF_SIGNED : Authentication.Type.SAS;
        }
        for (Authentication.Type type : Authentication.Type.values()) {
            if (type.text().toLowerCase(Locale.ROOT).equals(given.toLowerCase(Locale.ROOT))) {
                return type;
            }
        }
        throw new HubRefusedException(
                ErrorCode.ARGUMENT_INVALID,
                "authentication type \"" + given + "\" is unknown; use sas, selfSigned, certificateAuthority or none");
    }

    private static ObjectNode member(ObjectNode json, String name) throws HubRefusedException {
        ObjectNode member = Json.objectMember(json, name);
        return member == null ? Json.object() : member;
    }

    private static String text(ObjectNode json, String name) throws HubRefusedException {
        String text = Json.textMember(json, name);
        return text == null ? "" : text;
    }

    private static @Nullable String given(String thumbprint) {
        return thumbprint.isEmpty() ? null : thumbprint;
    }
}
