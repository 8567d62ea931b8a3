package kant.protocol.device;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Settlement;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.port.Caller;
import kant.protocol.port.LockedMessage;

/** A client's cloud-to-device messages, taken one at a time and settled by the lock's token. */
final class CloudToDevice {
    private static final String LOCK_TIMEOUT = "iothub-messagelocktimeout";
    private static final int DEFAULT_LOCK_SECONDS = 60;
    private static final int MAX_LOCK_SECONDS = 300;
    private static final Duration HUB = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private CloudToDevice() {}

    /** The next message, or 204 where none waits. */
    static HttpAnswer receive(HttpCall call, Caller caller) throws RefusedException, InterruptedException {
        Optional<LockedMessage> next = Waits.forStage(caller.receive(lock(call)), HUB);
        if (next.isEmpty()) {
            return HttpAnswer.of(NO_CONTENT);
        }
        Map<String, String> headers = MessageHeaders.write(next.get());
        headers.put("content-type", "application/octet-stream");
        return new HttpAnswer(OK, headers, next.get().message().payload());
    }

    /** @param etag the lock's token, perhaps in the quotes of its header */
    static HttpAnswer settle(Caller caller, String etag, Settlement settlement)
            throws RefusedException, InterruptedException {
        Waits.forStage(caller.settle(etag.replace("\"", ""), settlement), HUB);
        return HttpAnswer.of(NO_CONTENT);
    }

    /** What a DELETE means. Java's parameter is {@code &?reject=true}, the documented one {@code ?reject}. */
    static Settlement completion(HttpCall call) {
        boolean reject = call.parameter("reject").isPresent()
                || call.parameter("?reject").isPresent();
        return reject ? Settlement.REJECTED : Settlement.ACCEPTED;
    }

    private static Duration lock(HttpCall call) throws RefusedException {
        String wanted = call.header(LOCK_TIMEOUT).orElse("").trim();
        if (wanted.isEmpty()) {
            return Duration.ofSeconds(DEFAULT_LOCK_SECONDS);
        }
        try {
            int seconds = Integer.parseInt(wanted);
            if (seconds > 0 && seconds <= MAX_LOCK_SECONDS) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException _) {
            // told below, together with the numbers that are out of range
        }
        throw new RefusedException(new Refusal.Invalid("the header " + LOCK_TIMEOUT + " must be 1 to "
                + MAX_LOCK_SECONDS + " seconds, not \"" + wanted + "\""));
    }
}
