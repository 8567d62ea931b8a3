package kant.model.twin;

/**
 * The answer to a direct method call.
 *
 * @param status the module's own status
 * @param payload JSON bytes, possibly empty
 */
public record MethodResult(int status, byte[] payload) {}
