package kant.conformance.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import kant.conformance.Loop;
import kant.conformance.Manifest;
import kant.conformance.Waits;
import kant.conformance.harness.EdgeHubProgram;
import kant.conformance.harness.HubService;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;

/**
 * A stand-in and an Edge Hub below it that nobody else uses, so that both can be killed. Messages with the property {@code to=up}
 * go upstream, those with {@code to=in} to the input {@code in} of the module {@code reader}, those with {@code to=both} to both,
 * at the priority of their property {@code p}.
 */
final class Site implements AutoCloseable {
    static final String UPSTREAM = "upstream";
    static final String INPUT = "reader";
    static final String READER = "reader";

    private static final String DEVICE = "crash";
    private static final String ADDRESS = "127.10.7.2";
    private static final Duration IN_FORCE = Duration.ofSeconds(30);
    private static final List<String> PRIORITIES = List.of("0", "5", "9");

    final StandIn standIn;
    final HubService service;
    final EdgeHubProgram hub;
    final SSLContext hubTrust;
    final SasIdentity reader;
    private final Path folder;

    private Site(Path folder, StandIn standIn, HubService service, EdgeHubProgram hub, SasIdentity reader)
            throws Exception {
        this.folder = folder;
        this.standIn = standIn;
        this.service = service;
        this.hub = hub;
        this.reader = reader;
        hubTrust = Loop.tls(hub.caPem());
    }

    /** Prepares the folder that the hub will keep its data in. */
    interface Preparation {
        void prepare(Path storage) throws Exception;
    }

    static Site start(Map<String, String> environment) throws Exception {
        return start(environment, _ -> {});
    }

    /** @param environment the hub's, beyond what every hub needs */
    static Site start(Map<String, String> environment, Preparation preparation) throws Exception {
        Path folder = Files.createTempDirectory("kant-crash");
        StandIn standIn = StandIn.start(folder, "crash-hub.kant.test", "127.10.7.1");
        try {
            var service = new HubService(standIn, Loop.tls(standIn.caPem()));
            service.edgeDevice(DEVICE);
            service.deploy(DEVICE, new Manifest("1.1", "1.1", "", routes()).text());
            SasIdentity reader = service.module(DEVICE, READER);
            preparation.prepare(folder.resolve("hub-" + DEVICE));
            EdgeHubProgram hub = EdgeHubProgram.start(
                    standIn,
                    service.hubOf(DEVICE),
                    new EdgeHubProgram.Place(DEVICE, ADDRESS, ADDRESS),
                    environment);
            Waits.until(
                    "the configuration to be in force", IN_FORCE, () -> hub.log().contains("configuration in force"));
            return new Site(folder, standIn, service, hub, reader);
        } catch (Exception | AssertionError e) {
            standIn.close();
            throw e;
        }
    }

    /** A device of its own below the edge device. */
    SasIdentity leaf(String id) throws Exception {
        return service.leaf(id, DEVICE);
    }

    /** What the hub itself says of one endpoint: accepted, delivered, expired, dropped, pending. */
    Map<String, Long> books(String endpoint) throws Exception {
        String name = endpoint.equals(UPSTREAM) ? "iothub" : DEVICE + "/" + READER + "/in";
        return hub.metrics()
                .lines()
                .filter(line -> line.startsWith("kant_endpoint_messages{") && line.contains("endpoint=\"" + name + "\""))
                .collect(Collectors.toMap(Site::fate, line -> (long) Double.parseDouble(line.split(" ")[1])));
    }

    private static String fate(String line) {
        String rest = line.substring(line.indexOf("fate=\"") + 6);
        return rest.substring(0, rest.indexOf('"'));
    }

    private static String routes() {
        return PRIORITIES.stream()
                .flatMap(p -> Stream.of(
                        route("up" + p, p, "up", "$upstream"),
                        route("in" + p, p, "in", "BrokeredEndpoint(\\\"/modules/" + READER + "/inputs/in\\\")")))
                .collect(Collectors.joining(","));
    }

    private static String route(String name, String priority, String to, String endpoint) {
        return "\"%s\": {\"route\": \"FROM /messages/* WHERE p = '%s' AND (to = '%s' OR to = 'both') INTO %s\", \"priority\": %s}"
                .formatted(name, priority, to, endpoint, priority);
    }

    @Override
    public void close() throws Exception {
        hub.close();
        standIn.close();
        try (var left = Files.walk(folder)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
