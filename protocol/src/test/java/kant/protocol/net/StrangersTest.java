package kant.protocol.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who makes room when a listener has no place left. */
@Timeout(60)
class StrangersTest {
    private static final int PLACES = 3;

    private final EventLoops loops = EventLoops.start(1);
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private Listener listener;

    @BeforeEach
    void start() throws IOException {
        listener = Listener.bind(loops, new InetSocketAddress("127.0.0.1", 0), PLACES, accepted::add);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
        loops.close();
    }

    @Test
    void the_oldest_stranger_makes_room_and_who_was_admitted_stays() throws Exception {
        Channel first = connect();
        Channel second = connect();
        Channel third = connect();
        Strangers.admit(first);

        Channel fourth = connect();

        assertThat(second.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(List.of(first, third, fourth)).allMatch(Channel::isOpen);
    }

    @Test
    void who_is_to_prove_itself_again_is_the_youngest_of_the_strangers() throws Exception {
        Channel first = connect();
        Channel second = connect();
        connect();
        Strangers.admit(first);
        Strangers.estrange(first);

        connect();
        assertThat(second.closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(first.isOpen()).isTrue();
    }

    @Test
    void where_everybody_was_admitted_the_newcomer_has_no_place() throws Exception {
        for (int i = 0; i < PLACES; i++) {
            Strangers.admit(connect());
        }

        var newcomer = new Socket("127.0.0.1", listener.port());
        sockets.add(newcomer);
        newcomer.setSoTimeout(20_000);

        assertThat(newcomer.getInputStream().read()).isNegative();
        assertThat(accepted).isEmpty();
    }

    private Channel connect() throws Exception {
        sockets.add(new Socket("127.0.0.1", listener.port()));
        Channel channel = accepted.poll(20, TimeUnit.SECONDS);
        assertThat(channel).isNotNull();
        return channel;
    }
}
