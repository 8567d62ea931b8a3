package kant.cli.demo;

import kant.cli.host.CliException;
import kant.cli.host.Ports;

/**
 * Two addresses of this machine, one for the device's hub and one for the stand-in: device SDKs know only one port each, so
 * programs side by side need an address of their own.
 */
record Addresses(String edge, String hub) {
    private static final int PAIRS = 50;
    private static final int[] EDGE_PORTS = {8883, 9600};
    private static final int[] HUB_PORTS = {8883};

    /** The first pair 127.0.n.1 and 127.0.n.2 on which nobody listens. */
    static Addresses free() throws CliException {
        CliException first = null;
        for (int n = 0; n < PAIRS; n++) {
            var pair = new Addresses("127.0." + n + ".1", "127.0." + n + ".2");
            try {
                requireFree(pair.edge, EDGE_PORTS);
                requireFree(pair.hub, HUB_PORTS);
                return pair;
            } catch (CliException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null ? new CliException("this machine has no free loopback address") : first;
    }

    private static void requireFree(String address, int[] ports) throws CliException {
        for (int port : ports) {
            Ports.requireFree(address, port, "end it");
        }
    }
}
