package kant.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import kant.bench.broker.Artemis;
import kant.bench.broker.Broker;
import kant.bench.broker.KantHub;
import kant.bench.broker.Mosquitto;
import kant.bench.broker.Size;
import picocli.CommandLine.Option;

/** Which servers a run measures. */
final class ServerChoice {
    @Option(
            names = "--only",
            paramLabel = "SERVER",
            split = ",",
            description = "measure these alone, of kant, mosquitto and artemis")
    private List<Which> only = List.of();

    private enum Which {
        KANT,
        MOSQUITTO,
        ARTEMIS
    }

    /** Kant and Mosquitto; Artemis where it says something about the figure. */
    enum Peers {
        MOSQUITTO_ALONE,
        BOTH
    }

    Started start(Path directory, Size size, Peers peers) throws IOException, InterruptedException {
        Set<Which> all = peers == Peers.BOTH ? EnumSet.allOf(Which.class) : EnumSet.of(Which.KANT, Which.MOSQUITTO);
        if (!only.isEmpty()) {
            all.retainAll(only);
        }
        List<Broker> brokers = new ArrayList<>();
        var started = new Started(brokers);
        try {
            for (Which each : all) {
                brokers.add(start(directory, size, each));
            }
            return started;
        } catch (IOException | InterruptedException e) {
            started.close();
            throw e;
        }
    }

    private static Broker start(Path directory, Size size, Which which) throws IOException, InterruptedException {
        return switch (which) {
            case KANT -> KantHub.start(directory, size);
            case MOSQUITTO -> Mosquitto.start(directory.resolve("mosquitto"));
            case ARTEMIS -> Artemis.start(directory.resolve("artemis"));
        };
    }

    /** Running servers, Kant first. */
    record Started(List<Broker> brokers) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            for (Broker broker : brokers) {
                broker.close();
            }
        }
    }
}
