package kant.edgeagent.method;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import kant.edgeagent.logs.LogFilter;
import kant.edgeagent.logs.LogRequest;
import kant.edgeagent.logs.LogSource;
import kant.edgeagent.upload.BlobContainer;
import kant.edgeagent.upload.Content;
import kant.model.error.RefusedException;
import kant.model.twin.MethodResult;

/** {@code UploadModuleLogs}: each module's log as a blob; text grows while it is read, JSON appears whole. */
record UploadModuleLogs(LogSource source, Containers containers, BlobNames names, UploadTasks tasks)
        implements AgentMethod {

    @Override
    public MethodResult run(byte[] payload) throws RefusedException, IOException {
        JsonNode json = MethodBody.parseVersioned(payload);
        LogRequest request = LogRequest.parse(json);
        BlobContainer container = containers.of(json.path("sasUrl").asText(""));
        Map<String, LogFilter> wanted = request.among(source.running());
        return tasks.start("upload logs", () -> {
            for (Map.Entry<String, LogFilter> module : wanted.entrySet()) {
                try (OutputStream blob = blob(container, module.getKey(), request)) {
                    source.write(module.getKey(), module.getValue(), request, blob);
                }
            }
        });
    }

    private OutputStream blob(BlobContainer container, String module, LogRequest request) throws IOException {
        boolean json = request.content() == LogRequest.Content.JSON;
        boolean packed = request.encoding() == LogRequest.Encoding.GZIP;
        String name = names.log(module, (json ? "json" : "log") + (packed ? ".gz" : ""));
        var content = new Content(json ? "application/json" : "text/plain", packed ? "gzip" : "");
        return json ? container.whole(name, content) : container.append(name, content);
    }
}
