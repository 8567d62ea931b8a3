package kant.edgeagent.method;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import kant.daemonapi.management.BundleOptions;
import kant.edgeagent.run.ModuleDaemon;
import kant.edgeagent.upload.BlobContainer;
import kant.edgeagent.upload.Content;
import kant.model.error.RefusedException;
import kant.model.twin.MethodResult;
import org.jspecify.annotations.Nullable;

/** {@code UploadSupportBundle}: what the daemon gathers about this device, as one archive. */
record UploadSupportBundle(
        ModuleDaemon daemon, String iotHub, Containers containers, BlobNames names, UploadTasks tasks)
        implements AgentMethod {

    @Override
    public MethodResult run(byte[] payload) throws RefusedException, IOException {
        JsonNode request = MethodBody.parseVersioned(payload);
        BlobContainer container = containers.of(request.path("sasUrl").asText(""));
        var options = new BundleOptions(
                textOrNull(request.path("since")),
                textOrNull(request.path("until")),
                iotHub,
                request.path("edgeRuntimeOnly").asBoolean(false));
        return tasks.start("upload support bundle", () -> {
            try (InputStream bundle = daemon.supportBundle(options);
                    OutputStream blob = container.whole(names.supportBundle(), new Content("application/zip", ""))) {
                bundle.transferTo(blob);
            }
        });
    }

    private static @Nullable String textOrNull(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
