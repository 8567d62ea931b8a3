package kant.upstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/** What a stage was refused with. */
final class Refusals {
    private Refusals() {}

    static Refusal refusal(CompletableFuture<?> stage) {
        assertThat(stage).isCompletedExceptionally();
        return ((RefusedException)
                        stage.handle((_, failure) -> unwrapped(failure)).join())
                .refusal();
    }

    static String refusalOf(Throwable failure) {
        return ((RefusedException) failure).refusal().getClass().getSimpleName();
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof RefusedException ? failure : failure.getCause();
    }
}
