package kant.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import org.jspecify.annotations.Nullable;

/** Keeps what a listener hears, in order. */
public final class RecordingListener implements UpstreamListener {
    private static final long LIMIT_SECONDS = 20;

    /** One thing heard. */
    public sealed interface Heard {}

    public record Up() implements Heard {}

    public record Down(String reason) implements Heard {}

    public record Refused(Refusal refusal) implements Heard {}

    public record Desired(TwinPatch patch) implements Heard {}

    public record Invoked(MethodCall call) implements Heard {}

    public record Delivered(Delivery delivery) implements Heard {}

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    /** The next thing heard must be of this kind; waits for it, but not for ever. */
    public <T extends Heard> T next(Class<T> kind) throws InterruptedException {
        Heard next = heard.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("next heard, waited for %s", kind.getSimpleName()).isInstanceOf(kind);
        return kind.cast(next);
    }

    /** What has been heard already and not been asked for. */
    public @Nullable Heard nextNow() {
        return heard.poll();
    }

    @Override
    public void up() {
        heard.add(new Up());
    }

    @Override
    public void down(String reason) {
        heard.add(new Down(reason));
    }

    @Override
    public void refused(Refusal refusal) {
        heard.add(new Refused(refusal));
    }

    @Override
    public void desired(TwinPatch patch) {
        heard.add(new Desired(patch));
    }

    @Override
    public void invoke(MethodCall call) {
        heard.add(new Invoked(call));
    }

    @Override
    public void deliver(Delivery delivery) {
        heard.add(new Delivered(delivery));
    }
}
