package kant.conformance.network;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import kant.conformance.Loop;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.HubService;
import kant.conformance.harness.StandIn;

/** The stand-in in a namespace of its own, and the ways to ask it what it knows, over a line that no fault touches. */
final class Parent implements AutoCloseable {
    static final String ADDRESS = "198.18.0.1";
    private static final String NAME = "net.kant.test";
    private static final String TESTS = "198.18.0.2";

    private final Namespace namespace;
    private final StandIn standIn;
    private final SSLContext trust;
    private final HubService service;

    private Parent(Namespace namespace, StandIn standIn) throws Exception {
        this.namespace = namespace;
        this.standIn = standIn;
        trust = Loop.tls(standIn.caPem());
        service = new HubService(standIn, trust);
    }

    static Parent start(Path directory) throws Exception {
        Namespace namespace = Namespace.create("parent");
        try {
            namespace.joinTests("tests", new Namespace.Line(ADDRESS, TESTS));
            return new Parent(
                    namespace, StandIn.start(directory, new StandIn.Place(ADDRESS, NAME, namespace.within())));
        } catch (Exception | AssertionError e) {
            namespace.close();
            throw e;
        }
    }

    Namespace namespace() {
        return namespace;
    }

    StandIn standIn() {
        return standIn;
    }

    HubService service() {
        return service;
    }

    CloudToDevice cloudToDevice() throws Exception {
        return CloudToDevice.open(standIn, service.policy(), trust);
    }

    @Override
    public void close() throws Exception {
        standIn.close();
        namespace.close();
    }
}
