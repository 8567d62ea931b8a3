package kant.conformance;

import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.EdgeHubProgram;
import kant.conformance.harness.HubService;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;
import kant.conformance.harness.Telemetry;

/**
 * The stand-in and, below it, an Edge Hub with every door open: what the suites of protocols and clients run against. Started once
 * for all of them, stopped with the test process.
 *
 * <p>Every message goes upstream; one with the property {@code sink} goes to the input {@code in1} of the module of that name too.
 */
public final class Doors {
    public static final String DEVICE = "doors";
    public static final String ADDRESS = "127.10.1.1";
    public static final String NAME = "doors.kant.test";

    private static final Duration IN_FORCE = Duration.ofSeconds(30);

    private static Doors running;

    private final StandIn standIn;
    private final HubService service;
    private final Telemetry telemetry;
    private final EdgeHubProgram edge;
    private final SSLContext standInTrust;
    private final SSLContext edgeTrust;
    private final Map<String, SasIdentity> modules = new HashMap<>();

    private Doors() throws Exception {
        standIn = Loop.running().standIn;
        standInTrust = Loop.tls(standIn.caPem());
        service = new HubService(standIn, standInTrust);
        telemetry = new Telemetry(service);
        edge = start(
                new EdgeHubProgram.Place(DEVICE, ADDRESS, NAME),
                Map.of("MessageAckTimeoutSecs", "5", "UpstreamProtocol", "Amqp"));
        edgeTrust = Loop.tls(edge.caPem());
    }

    public static synchronized Doors open() throws Exception {
        if (running == null) {
            running = new Doors();
            Runtime.getRuntime().addShutdownHook(new Thread(running::stop));
        }
        return running;
    }

    /** Registers an edge device and starts its hub, with the routes of this class. */
    public EdgeHubProgram start(EdgeHubProgram.Place place, Map<String, String> environment) throws Exception {
        service.edgeDevice(place.device());
        return deployed(place, environment);
    }

    /** The same for an edge device below another. */
    public EdgeHubProgram startBelow(EdgeHubProgram parent, EdgeHubProgram.Place place, Map<String, String> environment)
            throws Exception {
        service.childEdge(place.device(), parent.place().device());
        Map<String, String> below = new HashMap<>(environment);
        below.put("IOTEDGE_GATEWAYHOSTNAME", parent.place().hostName());
        below.put("KANT_PARENT_ADDRESS", parent.address());
        below.put("KANT_PARENT_HTTPS_PORT", "443");
        below.put("EdgeHubDevTrustBundleFile", parent.caFile().toString());
        return deployed(place, below);
    }

    private EdgeHubProgram deployed(EdgeHubProgram.Place place, Map<String, String> environment) throws Exception {
        service.deploy(place.device(), new Manifest("1.1", "1.1", "", ROUTES).text());
        SasIdentity hub = service.hubOf(place.device());
        modules.put(place.device() + "/$edgeHub", hub);
        EdgeHubProgram program = EdgeHubProgram.start(standIn, hub, place, environment);
        try {
            Waits.until(
                    "the configuration to be in force at " + place.device(),
                    IN_FORCE,
                    () -> program.log().contains("configuration in force"));
        } catch (Exception | AssertionError e) {
            program.close();
            throw e;
        }
        return program;
    }

    /** The hub's own identity. */
    public SasIdentity hubModule() {
        return modules.get(DEVICE + "/$edgeHub");
    }

    private static final String ROUTES = String.join(
            ",",
            "\"up\": \"FROM /messages/* INTO $upstream\"",
            sink("mqttSink"),
            sink("amqpSink"),
            sink("javaSink"),
            sink("nodeSink"),
            sink("slowSink"));

    private static String sink(String module) {
        return "\"to-%s\": \"FROM /messages/* WHERE sink = '%s' INTO BrokeredEndpoint(\\\"/modules/%s/inputs/in1\\\")\""
                .formatted(module, module, module);
    }

    public StandIn standIn() {
        return standIn;
    }

    public HubService service() {
        return service;
    }

    public Telemetry telemetry() {
        return telemetry;
    }

    public EdgeHubProgram edge() {
        return edge;
    }

    public SSLContext standInTrust() {
        return standInTrust;
    }

    public SSLContext edgeTrust() {
        return edgeTrust;
    }

    public CloudToDevice cloudToDevice() throws Exception {
        return CloudToDevice.open(standIn, service.policy(), standInTrust);
    }

    /** A module of the edge device that several checks use. */
    public synchronized SasIdentity module(String id) throws Exception {
        SasIdentity known = modules.get(id);
        if (known == null) {
            known = service.module(DEVICE, id);
            modules.put(id, known);
        }
        return known;
    }

    private void stop() {
        try {
            Files.writeString(edge.logs().resolve("stand-in.log"), standIn.log());
            edge.close();
        } catch (Exception e) {
            System.err.println("the hub with every door did not stop: " + e.getMessage());
        }
    }
}
