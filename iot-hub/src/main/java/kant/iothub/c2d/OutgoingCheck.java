package kant.iothub.c2d;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import org.jspecify.annotations.Nullable;

/**
 * A message that a service may send to a device: its size, acknowledgement and expiry are within IoT Hub's limits.
 *
 * @param message with {@code to}, and its target as sender
 */
record OutgoingCheck(Message message, Instant expires) {
    static final int MAX_BYTES = 64 * 1024;

    private static final Duration USUAL_LIFE = Duration.ofHours(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(2);

    static OutgoingCheck of(IdentityId target, Message message, Instant now) throws HubRefusedException {
        if (message.size() > MAX_BYTES) {
            throw new HubRefusedException(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "a message to \"" + target + "\" of " + message.size() + " bytes with its properties; " + MAX_BYTES
                            + " are allowed");
        }
        Map<String, String> system = new HashMap<>(message.systemProperties());
        Acknowledgement.parse(system.getOrDefault(SystemProperties.ACK, ""));
        Instant expires = expires(system.get(SystemProperties.EXPIRY), now);
        system.putIfAbsent(SystemProperties.TO, address(target));
        return new OutgoingCheck(new Message(target, system, message.properties(), message.payload()), expires);
    }

    /** Of a message that was checked when it came. */
    static Acknowledgement acknowledgement(Message message) {
        try {
            return Acknowledgement.parse(message.systemProperties().getOrDefault(SystemProperties.ACK, ""));
        } catch (HubRefusedException e) {
            throw new IllegalStateException("a queued message was checked before", e);
        }
    }

    private static Instant expires(@Nullable String given, Instant now) throws HubRefusedException {
        if (given == null || given.isEmpty()) {
            return now.plus(USUAL_LIFE);
        }
        try {
            Instant asked = OffsetDateTime.parse(given).toInstant();
            Instant latest = now.plus(LONGEST_LIFE);
            return asked.isAfter(latest) ? latest : asked;
        } catch (DateTimeParseException _) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID,
                    "the message's expiry \"" + given + "\" is not a time such as 2026-01-01T00:00:00Z");
        }
    }

    private static String address(IdentityId target) {
        String module = target.isModule() ? "/modules/" + target.moduleId() : "";
        return "/devices/" + target.deviceId() + module + "/messages/devicebound";
    }
}
