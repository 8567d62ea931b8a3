package kant.edgehub.fake;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.upstream.UpstreamListener;

/** What a client that uses a link hears. */
public final class Heard implements UpstreamListener {
    private static final long LIMIT_SECONDS = 20;

    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

    /** The next message, or a failure. */
    public Delivery delivery() throws InterruptedException {
        Delivery next = deliveries.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came in " + LIMIT_SECONDS + " s");
        }
        return next;
    }

    @Override
    public void up() {
        // tests ask the identity
    }

    @Override
    public void down(String reason) {
        // as above
    }

    @Override
    public void refused(Refusal refusal) {
        // as above
    }

    @Override
    public void desired(TwinPatch patch) {
        // no test of these changes desired properties
    }

    @Override
    public void invoke(MethodCall call) {
        // methods are called over MQTT
    }

    @Override
    public void deliver(Delivery delivery) {
        deliveries.add(delivery);
    }
}
