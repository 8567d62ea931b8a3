package kant.edgeagent.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.protocol.prometheus.CounterFamily;
import kant.protocol.prometheus.PrometheusText;
import kant.protocol.prometheus.SummaryFamily;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /metrics}: edgeAgent's names and labels. */
public final class MetricsPage implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(MetricsPage.class);

    private final Device device;
    private final String suffix;
    private final AgentMetrics metrics;
    private final Resources resources;
    private final MachineUse machine = new MachineUse();

    /**
     * What stands in the labels of all metrics.
     *
     * @param instance tells one run of this agent from another
     */
    public record Device(String iotHub, String deviceId, String instance, String version) {}

    /** Asks the daemon what machine and modules use. */
    public interface Resources {
        JsonNode now() throws IOException;
    }

    /** @param suffix the page's path, {@code metrics} unless configured otherwise */
    public MetricsPage(Device device, String suffix, AgentMetrics metrics, Resources resources) {
        this.device = device;
        this.suffix = suffix;
        this.metrics = metrics;
        this.resources = resources;
    }

    @Override
    public HttpAnswer handle(HttpCall call) {
        if (!String.join("/", call.path()).equals(suffix)) {
            return HttpAnswer.text(404, "not found; the page is /" + suffix + "\n");
        }
        return call.method().equals("GET")
                ? HttpAnswer.text(200, text()).with("content-type", "text/plain; version=0.0.4; charset=utf-8")
                : HttpAnswer.text(405, "only GET is served here\n");
    }

    /** The page as it is now; one at a time, for shares of processors are measured from one to the next. */
    synchronized String text() {
        var text = new PrometheusText(new TreeMap<>(Map.of(
                "iothub", device.iotHub(),
                "edge_device", device.deviceId(),
                "instance_number", device.instance())));
        counted(text);
        runningTimes(text);
        metadata(text);
        try {
            machine.write(text, resources.now());
        } catch (IOException e) { // the rest of the page does not depend on the daemon
            log.atWarn().addKeyValue("reason", e.getMessage()).log("no metrics of the machine now");
        }
        return text.toString();
    }

    private void counted(PrometheusText text) {
        for (CounterFamily family : metrics.counters()) {
            text.type(family.name(), "counter");
            family.forEach((labels, count) -> text.original(family.name(), count, telemetry(labels)));
        }
        for (SummaryFamily family : metrics.summaries()) {
            text.type(family.name(), "summary");
            family.forEach((labels, count, sum) -> {
                text.original(family.name() + "_sum", sum, telemetry(labels));
                text.original(family.name() + "_count", count, telemetry(labels));
            });
        }
        CounterFamily methods = metrics.methods();
        text.type(methods.name(), "counter");
        methods.forEach((labels, count) -> text.kant(methods.name(), count, labels));
    }

    private void runningTimes(PrometheusText text) {
        Map<String, RunningTime.Seconds> seconds = metrics.runningTime().seconds();
        text.type("edgeAgent_total_time_expected_running_seconds", "gauge");
        seconds.forEach((module, s) ->
                text.original("edgeAgent_total_time_expected_running_seconds", s.expected(), module(module)));
        text.type("edgeAgent_total_time_running_correctly_seconds", "gauge");
        seconds.forEach((module, s) ->
                text.original("edgeAgent_total_time_running_correctly_seconds", s.correct(), module(module)));
    }

    private void metadata(PrometheusText text) {
        text.type("edgeAgent_metadata", "gauge");
        text.original("edgeAgent_metadata", 0, telemetry(new String[] {
            "edge_agent_version",
            "{\"Version\":\"" + device.version() + "\"}",
            "experimental_features",
            "{}",
            "host_information",
            "{}"
        }));
    }

    private static String[] module(String name) {
        return telemetry(new String[] {"module_name", name});
    }

    /** All of edgeAgent's are for its diagnostics upload, which nothing here does. */
    private static String[] telemetry(String[] labels) {
        String[] more = Arrays.copyOf(labels, labels.length + 2);
        more[labels.length] = "ms_telemetry";
        more[labels.length + 1] = "True";
        return more;
    }
}
