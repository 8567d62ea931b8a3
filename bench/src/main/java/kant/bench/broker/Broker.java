package kant.bench.broker;

import java.io.IOException;
import java.util.List;
import kant.bench.host.ProcessUse;
import kant.bench.load.Crowd;
import kant.bench.load.PairAddress;
import kant.bench.load.Server;

/** A running server that passes messages from senders to receivers. */
public interface Broker extends AutoCloseable {

    String name();

    /** When it lets a sender go: what its PUBACK means. */
    String promise();

    Server server();

    /** The first pairs of a sender and a receiver of its own. */
    List<PairAddress> pairs(int count);

    /** The first of the senders that have one receiver together. */
    List<PairAddress> fanIn(int senders);

    /** The first of the clients that only listen. */
    List<Crowd.Member> crowd(int count);

    /** The process that does the work. */
    ProcessUse process();

    @Override
    void close() throws IOException;
}
