package kant.edgeagent.method;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import kant.edgeagent.logs.LogFilter;
import kant.edgeagent.logs.LogRequest;
import kant.edgeagent.logs.LogSource;
import kant.model.error.RefusedException;
import kant.model.twin.MethodResult;

/** {@code GetModuleLogs}: logs in the answer itself, as much as a direct method may carry. */
record GetModuleLogs(LogSource source) implements AgentMethod {
    /** Of all modules together; a direct method's payload may have 128 KiB. */
    static final int MOST_BYTES = 127_000;

    @Override
    public MethodResult run(byte[] payload) throws RefusedException, IOException {
        LogRequest request = LogRequest.parse(MethodBody.parseVersioned(payload));
        boolean packed = request.encoding() == LogRequest.Encoding.GZIP;
        ArrayNode answer = JsonNodeFactory.instance.arrayNode();
        long size = 0;
        for (Map.Entry<String, LogFilter> wanted :
                request.among(source.running()).entrySet()) {
            var bytes = new CappedBytes(MOST_BYTES);
            source.write(wanted.getKey(), wanted.getValue(), request, bytes);
            size += bytes.size();
            var log = answer.addObject().put("id", wanted.getKey());
            if (packed) {
                log.put("payloadBytes", bytes.toByteArray()).putNull("payload");
            } else {
                log.putNull("payloadBytes").put("payload", new String(bytes.toByteArray(), StandardCharsets.UTF_8));
            }
            if (size > MOST_BYTES) {
                return tooLarge(size);
            }
        }
        return MethodBody.answer(MethodBody.OK, answer);
    }

    private static MethodResult tooLarge(long size) {
        return MethodBody.refused(
                MethodBody.BAD_REQUEST,
                "The payload is too large for a direct method. GetModuleLogs supports up to " + MOST_BYTES
                        + " bytes of logs. The current request returned " + size
                        + " bytes. Narrow it with tail, since or encoding gzip, or use UploadModuleLogs.");
    }
}
