package kant.model.twin;

import java.time.Duration;

/**
 * A direct method call.
 *
 * @param requestId opaque, echoed by the answer; unique within the session
 * @param payload JSON bytes, possibly empty
 * @param responseTimeout how long the caller waits for the answer
 */
public record MethodCall(String requestId, String name, byte[] payload, Duration responseTimeout) {}
