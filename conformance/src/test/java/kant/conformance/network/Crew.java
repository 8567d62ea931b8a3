package kant.conformance.network;

import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.HubService;
import kant.conformance.harness.SasIdentity;
import kant.testkit.history.History;

/**
 * The clients of one hub: devices on the SDK and a receiving module, which stay connected all through, and plain clients that send
 * while a scenario is played.
 */
final class Crew implements AutoCloseable {
    private final String device;
    private final List<Member> members;
    private final SasIdentity sinkModule;
    private final List<SasIdentity> sdkDevices;
    private final List<Probe> probes = new ArrayList<>();
    private Sink sink;

    /** A plain client. */
    private record Member(SasIdentity identity, Door.Opening door, List<Note.Kind> kinds) {}

    private Crew(String device, HubService service) throws Exception {
        this.device = device;
        sinkModule = service.module(device, Lane.SINK);
        sdkDevices = List.of(service.leaf(device + "-sdk-mqtt", device), service.leaf(device + "-sdk-amqp", device));
        List<Note.Kind> upstream = List.of(Note.Kind.COLD, Note.Kind.COLD, Note.Kind.HOT);
        List<Note.Kind> both = List.of(Note.Kind.LOCAL, Note.Kind.COLD);
        members = List.of(
                new Member(service.leaf(device + "-mqtt", device), MqttDoor::open, upstream),
                new Member(service.leaf(device + "-amqp", device), AmqpDoor::open, upstream),
                new Member(service.module(device, "mqttSource"), MqttDoor::open, both),
                new Member(service.module(device, "amqpSource"), AmqpDoor::open, both));
    }

    /** Registers everybody below an edge device. */
    static Crew register(String device, HubService service) throws Exception {
        return new Crew(device, service);
    }

    /** Those that stay connected connect. */
    void board(String address, SSLContext trust) throws Exception {
        sink = Sink.open(address, trust, sinkModule);
        probes.add(Probe.open(sdkDevices.getFirst(), IotHubClientProtocol.MQTT, address, trust));
        probes.add(Probe.open(sdkDevices.getLast(), IotHubClientProtocol.AMQPS, address, trust));
    }

    Sink sink() {
        return sink;
    }

    /** Everybody sends, at this address of the hub, until this is closed. */
    Load load(String play, History history, String address, SSLContext trust) throws Exception {
        sink.open(play, history);
        List<Sender> senders = new ArrayList<>();
        for (Member member : members) {
            senders.add(Sender.start(
                    play,
                    member.identity().clientId().replace('/', '.'),
                    member.kinds(),
                    history,
                    () -> member.door().open(address, trust, member.identity())));
        }
        return Load.of(play, history, senders, probes);
    }

    /** Twins, methods and messages to devices work. */
    void assertServed(Parent parent, String play) throws Exception {
        for (Probe probe : probes) {
            probe.assertServed(parent, play);
        }
    }

    @Override
    public void close() throws Exception {
        probes.forEach(Probe::close);
        if (sink != null) {
            sink.close();
        }
    }

    @Override
    public String toString() {
        return device;
    }
}
