package kant.bench.broker;

import java.io.IOException;
import java.util.List;
import kant.bench.host.ProcessUse;
import kant.bench.load.PairAddress;
import kant.bench.load.Server;

/** A running server that passes messages from senders to receivers. */
public interface Broker extends AutoCloseable {

    String name();

    /** When it lets a sender go: what its PUBACK means. */
    String promise();

    Server server();

    /** The first pairs of a sender and a receiver. */
    List<PairAddress> pairs(int count);

    /** The process that does the work. */
    ProcessUse process();

    @Override
    void close() throws IOException;
}
