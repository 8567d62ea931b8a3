package kant.edgeagent;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.unix.SocketPath;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.workload.WorkloadClient;
import kant.edgeagent.desired.DesiredSource;
import kant.edgeagent.desired.LocalSource;
import kant.edgeagent.desired.TwinSource;
import kant.edgeagent.desired.WorkloadTokens;
import kant.edgeagent.method.Methods;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.metrics.MetricsPage;
import kant.edgeagent.plan.Fingerprint;
import kant.edgeagent.plan.Planner;
import kant.edgeagent.plan.Supervision;
import kant.edgeagent.report.ReportedDocument;
import kant.edgeagent.run.ManagementDaemon;
import kant.edgeagent.run.PlanRunner;
import kant.edgeagent.run.SlowSteps;
import kant.edgeagent.run.SpecWriter;
import kant.edgeagent.run.WorkRunner;
import kant.edgeagent.state.MemoryFile;
import kant.edgeagent.trial.Trials;
import kant.edgeagent.upload.BlobStore;
import kant.model.error.RefusedException;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ClientTls;
import kant.upstream.Link;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.upstream.mqtt.MqttLink;
import kant.upstream.mqtt.MqttLinkConfig;
import kant.world.Disk;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.StartGarbage;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the Edge Agent and runs it until it is told to stop. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);
    private static final int EXIT_FAILED = 1;

    /** For the last report and for closing the link; the daemon kills what takes much longer. */
    private static final long STOP_SECONDS = 8;

    private Main() {}

    public static void main(String[] args) {
        try {
            run(AgentConfig.read(System.getenv()));
        } catch (RefusedException e) {
            fail(e.refusal().reason());
        } catch (IOException | GeneralSecurityException e) {
            fail("the agent cannot start: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(AgentConfig config) throws IOException, GeneralSecurityException, InterruptedException {
        LogLevel.parse(config.given().logLevel()).apply();
        warnOfProtocol(config.given().upstreamProtocol());
        Time time = Time.system();
        var disk = new FileDisk(config.storage());
        var ended = new CountDownLatch(1);
        try (var tasks = Tasks.virtual("edge-agent");
                var loops = EventLoops.start(1)) {
            var workload = new WorkloadClient(
                    client(config.given().workloadUri(), tasks),
                    Objects.requireNonNull(config.agent().moduleId()),
                    config.generationId());
            var daemon = new ManagementDaemon(
                    new ManagementClient(
                            client(config.given().managementUri(), tasks),
                            config.timing().daemonCall()),
                    time);
            var wake = new Wake();
            var metrics = new AgentMetrics(time);
            try (var _ = MetricsListener.start(config.metrics(), page(config, metrics, daemon, time), loops, tasks);
                    Link link = config.localDeployment() == null ? link(config, workload, loops, tasks, time) : null;
                    var source = link == null
                            ? local(config, disk)
                            : new TwinSource(
                                    link,
                                    config.agent(),
                                    new WorkloadTokens(workload::sign, time),
                                    disk,
                                    time,
                                    config.timing().twinRefresh(),
                                    wake,
                                    methods(config, workload, daemon, metrics, tasks, time, wake))) {
                superviseUntilTold(
                        reconciler(config, source, daemon, metrics, disk, tasks, time, wake), config, tasks, ended);
            }
        } finally {
            ended.countDown();
        }
    }

    private static DesiredSource local(AgentConfig config, Disk disk) throws IOException {
        Path file = Objects.requireNonNull(config.localDeployment());
        log.atInfo().addKeyValue("file", file).log("the deployment comes from a file, the twin is not asked");
        return new LocalSource(
                new FileDisk(Objects.requireNonNull(file.getParent())),
                file.getFileName().toString(),
                disk);
    }

    private static Methods methods(
            AgentConfig config,
            WorkloadClient workload,
            ManagementDaemon daemon,
            AgentMetrics metrics,
            Tasks tasks,
            Time time,
            Wake wake) {
        // a blob store may be anywhere: the public roots count, whatever the parent is
        var store = new BlobStore(
                () -> ParentTrust.roots(workload.trustBundle(), true),
                config.parent().host());
        return new Methods(
                daemon,
                new Methods.Home(config.given().hubHostName(), config.agent().deviceId()),
                store::container,
                metrics,
                tasks,
                time,
                Randomness.secure(),
                wake);
    }

    private static MetricsPage page(AgentConfig config, AgentMetrics metrics, ManagementDaemon daemon, Time time) {
        return new MetricsPage(
                new MetricsPage.Device(
                        config.given().hubHostName(),
                        config.agent().deviceId(),
                        Randomness.secure().uuid(),
                        version()),
                config.metrics().suffix(),
                metrics,
                daemon::resources,
                time);
    }

    private static Reconciler reconciler(
            AgentConfig config,
            DesiredSource source,
            ManagementDaemon daemon,
            AgentMetrics metrics,
            Disk disk,
            Tasks tasks,
            Time time,
            Wake wake) {
        var supervision = new Supervision(config.rules());
        var fingerprint = new Fingerprint(config.given().passedOn());
        var parts = new Reconciler.Parts(
                source,
                daemon,
                new Planner(supervision, fingerprint, config.pullOrder()),
                new PlanRunner(
                        new WorkRunner(
                                daemon,
                                new SlowSteps(tasks, wake),
                                new SpecWriter(config.given(), fingerprint),
                                config.generationId(),
                                metrics,
                                time),
                        config.rules(),
                        tasks,
                        time),
                supervision,
                new ReportedDocument(supervision, version(), config.maskCredentials()),
                new MemoryFile(disk),
                parser -> new Trials(config.trials(), fingerprint, parser, disk, time),
                metrics,
                time);
        return new Reconciler(
                parts, wake, config.timing().look(), config.given().parentHostName());
    }

    private static void superviseUntilTold(Reconciler reconciler, AgentConfig config, Tasks tasks, CountDownLatch ended)
            throws InterruptedException {
        var told = new CountDownLatch(1);
        var reported = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            awaitAtMost(ended);
        }));
        tasks.spawn("reconciler", () -> {
            try {
                reconciler.run();
            } finally {
                reported.countDown();
                told.countDown();
            }
        });
        log.atInfo()
                .addKeyValue("version", version())
                .addKeyValue("device", config.agent().deviceId())
                .addKeyValue("parent", config.parent().host())
                .addKeyValue("storage", config.storage())
                .log("edge agent ready");
        StartGarbage.collectOnceSettled(tasks);
        told.await();
        reconciler.stop();
        awaitAtMost(reported);
        log.atInfo().log("edge agent ends");
    }

    private static Link link(AgentConfig config, WorkloadClient workload, EventLoops loops, Tasks tasks, Time time)
            throws IOException, GeneralSecurityException {
        var parent = config.parent();
        ClientTls tls = ClientTls.trusting(ParentTrust.roots(workload.trustBundle(), parent.maybePublic()));
        return MqttLink.start(
                new ParentConfig(parent.host(), parent.dialAddress(), parent.mqttPort(), parent.httpsPort(), tls),
                LinkWorld.unlimited(loops, tasks, time, Randomness.secure()),
                config.agent(),
                Transport.TCP,
                MqttLinkConfig.standard("EdgeAgent/" + version()));
    }

    private static UnixHttpClient client(String uri, Tasks tasks) throws IOException {
        try {
            return new UnixHttpClient(SocketPath.ofUri(uri), tasks);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void warnOfProtocol(@Nullable String protocol) {
        if (protocol != null && !protocol.equalsIgnoreCase("Mqtt")) {
            log.atWarn().addKeyValue("protocol", protocol).log("UpstreamProtocol is not there yet, using Mqtt");
        }
    }

    private static void awaitAtMost(CountDownLatch latch) {
        try {
            if (!latch.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                log.atWarn().addKeyValue("seconds", STOP_SECONDS).log("the agent did not end in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0" : version;
    }

    private static void fail(String reason) {
        log.atError().log(reason);
        System.exit(EXIT_FAILED);
    }
}
