package kant.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import kant.cli.edge.EdgeProgram;
import kant.cli.edge.EdgeSettings;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Shutdown;
import kant.cli.hub.HubInfo;
import kant.cli.hub.HubProgram;
import kant.cli.hub.HubSettings;
import kant.cli.hub.ServiceClient;
import kant.cli.image.EngineChoice;
import kant.cli.image.EngineImages;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.unix.UnixHttpClient;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/** One run of the demo: starts the parts in order, shows how they are, and compares the books at the end. */
final class Demo {
    static final String DEVICE = "demo-device";

    private static final String HUB_NAME = "hub.kant.test";
    private static final int METRICS_PORT = 9600;
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private final Installation installation;
    private final DemoSettings settings;
    private final View view;
    private final Shutdown shutdown;
    private final Tasks tasks;
    private final Arrivals arrivals = new Arrivals();

    private @Nullable HubProgram hub;
    private @Nullable Instant firstArrival;

    Demo(Installation installation, DemoSettings settings, View view, Shutdown shutdown) {
        this.installation = installation;
        this.settings = settings;
        this.view = view;
        this.shutdown = shutdown;
        this.tasks = shutdown.add(Tasks.virtual("demo"));
    }

    /** Runs until enough messages arrived, or until it is ended; the exit code. */
    int run() throws CliException, InterruptedException {
        DemoFolder folder = shutdown.add(DemoFolder.take(settings.folder()));
        if (!settings.keep()) {
            folder.clear();
        }
        Addresses addresses = shutdown.add(Addresses.reserve());
        String engine = EngineChoice.of(settings.engine(), settings.engineSocket(), tasks);
        view.say("modules run as "
                + (engine.equals("docker") ? "containers of " + settings.engineSocket() : "processes"));
        if (engine.equals("docker")) {
            new EngineImages(Path.of(settings.engineSocket()), installation, tasks).ensure(view::say);
        }

        Path hubFolder = folder.path().resolve("hub");
        hub = HubProgram.start(installation, hubFolder, HubSettings.of(addresses.hub(), HUB_NAME, 0));
        shutdown.add(this::closeHub);
        HubInfo info = hub.info();
        view.say("IoT Hub stand-in " + info.hostName() + " serves on " + info.address());
        var service = new ServiceClient(info);
        String connectionString = register(service, info);
        service.deploy(DEVICE, DemoManifest.json());
        view.say("deployment applied to " + DEVICE);

        EdgeProgram edge = shutdown.add(EdgeProgram.start(
                installation,
                edgeSettings(folder.path().resolve("device"), connectionString, addresses, engine, info)));
        view.say("device started on " + addresses.edge());
        Thread.startVirtualThread(() -> followTelemetry(service));
        return watch(addresses, service, edge);
    }

    private EdgeSettings edgeSettings(
            Path data, String connectionString, Addresses addresses, String engine, HubInfo info) {
        return new EdgeSettings(
                data,
                connectionString,
                addresses.edge(),
                addresses.edge(),
                engine,
                settings.engineSocket(),
                "host",
                false,
                true,
                info.address(),
                info.httpsPort(),
                info.caFile(),
                null,
                Map.of());
    }

    private static String register(ServiceClient service, HubInfo info) throws CliException {
        JsonNode device =
                service.hasDevice(DEVICE) ? service.identity(DEVICE, null) : service.createDevice(DEVICE, true, null);
        String key = device.path("authentication")
                .path("symmetricKey")
                .path("primaryKey")
                .asText();
        return "HostName=" + info.hostName() + ";DeviceId=" + DEVICE + ";SharedAccessKey=" + key;
    }

    /** The main loop: looks, shows, cuts the stand-in off when it is time, and ends when enough has arrived. */
    private int watch(Addresses addresses, ServiceClient service, EdgeProgram edge)
            throws CliException, InterruptedException {
        var metrics = new HubMetrics(addresses.edge(), METRICS_PORT);
        var management = new ManagementClient(new UnixHttpClient(edge.run().resolve("mgmt.sock"), tasks), CALL_LIMIT);
        var cut = new Cut(settings);
        long deadline = System.nanoTime() + settings.limit().toNanos();
        while (!shutdown.signalled()) {
            edge.program().requireAlive();
            if (hub != null) {
                hub.program().requireAlive();
            }
            HubMetrics.Look look = metrics.look();
            view.show(Snapshots.take(management, look, arrivals));
            sayFirstArrival();
            step(cut);
            if (settings.messages() > 0) {
                if (arrivals.total() >= settings.messages() && cut.over()) {
                    return new Balance(service, metrics, arrivals, view).compare() ? 0 : 1;
                }
                if (System.nanoTime() > deadline) {
                    throw new CliException("only " + arrivals.total() + " of " + settings.messages()
                            + " messages arrived upstream within "
                            + settings.limit().toSeconds() + " s; the logs are in "
                            + settings.folder());
                }
            }
            Thread.sleep(LOOK_EVERY);
        }
        return 0;
    }

    private void step(Cut cut) throws CliException, InterruptedException {
        switch (cut.due(arrivals.total(), System.nanoTime())) {
            case BEGIN -> {
                view.say("taking the stand-in away for " + settings.cut().toSeconds() + " s, as a power cut would");
                if (hub != null) {
                    hub.program().kill();
                    hub = null;
                }
            }
            case END -> {
                Path folder = settings.folder().toAbsolutePath().normalize().resolve("hub");
                HubInfo before = HubInfo.read(folder);
                hub = HubProgram.start(
                        installation, folder, HubSettings.of(before.address(), before.hostName(), before.httpsPort()));
                view.say("the stand-in is back");
            }
            case NOTHING -> {}
        }
    }

    private void sayFirstArrival() {
        if (firstArrival == null && arrivals.total() > 0) {
            firstArrival = Instant.now();
            // the virtual machine's start, not the process's, which may have built Kant before
            Instant started =
                    Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
            view.say(String.format(
                    Locale.ROOT,
                    "first message upstream %.1f s after the start",
                    Duration.between(started, firstArrival).toMillis() / 1000.0));
        }
    }

    private void followTelemetry(ServiceClient service) {
        while (!shutdown.signalled()) {
            try {
                arrivals.poll(service);
            } catch (CliException _) {
                // the stand-in is away, which is what a cut is for; the main loop notices if it should not be
                try {
                    Thread.sleep(LOOK_EVERY);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private void closeHub() throws IOException {
        if (hub != null) {
            hub.close();
        }
    }
}
