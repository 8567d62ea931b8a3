package kant.edgeagent.logs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.run.ModuleDaemon;
import kant.model.deployment.RuntimeStatus;

/** The logs of this device's modules, in the form of a request. Blocking. */
public final class LogSource {
    private final ModuleDaemon daemon;
    private final ModuleLogs logs;
    private final String iotHub;
    private final String device;

    /** @param iotHub host name, as it stands in JSON lines */
    public LogSource(ModuleDaemon daemon, String iotHub, String device) {
        this.daemon = daemon;
        this.logs = new ModuleLogs(daemon);
        this.iotHub = iotHub;
        this.device = device;
    }

    /** The modules that run now. */
    public List<String> running() throws IOException {
        return daemon.modules().stream()
                .filter(module ->
                        module.status() == RuntimeStatus.RUNNING || module.status() == RuntimeStatus.UNHEALTHY)
                .map(CurrentModule::name)
                .toList();
    }

    /** Writes one module's lines and closes the stream. */
    public void write(String module, LogFilter filter, LogRequest request, OutputStream out) throws IOException {
        OutputStream packed = request.encoding() == LogRequest.Encoding.GZIP ? new GZIPOutputStream(out) : out;
        boolean json = request.content() == LogRequest.Content.JSON;
        try (packed;
                LogWriter writer = json ? LogWriter.json(packed, iotHub, device, module) : LogWriter.text(packed)) {
            logs.read(module, filter, json || filter.timestamps(), writer);
        }
    }
}
