package kant.edgehub.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.edgehub.fake.FakeClient;
import kant.edgehub.fake.ManualWorld;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import org.junit.jupiter.api.Test;

class MethodsTest {
    private static final IdentityId A = IdentityId.module("edge", "a");

    private final ManualWorld world = new ManualWorld();
    private final Methods methods = new Methods(world, world);
    private final FakeClient client = new FakeClient();

    @Test
    void an_answer_reaches_its_caller_unchanged() {
        CompletableFuture<MethodResult> result = call("ping", 10);
        MethodCall asked = client.calls.getFirst();

        var answer = new MethodResult(207, "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        methods.answer(A, asked.requestId(), answer);

        assertThat(asked.name()).isEqualTo("ping");
        assertThat(result).isCompletedWithValue(answer);
    }

    @Test
    void fifty_calls_at_once_get_each_their_own_answer() {
        List<CompletableFuture<MethodResult>> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            results.add(call("m" + i, 10));
        }
        for (int i = 49; i >= 0; i--) {
            methods.answer(A, client.calls.get(i).requestId(), new MethodResult(i, new byte[0]));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(results.get(i).join().status()).isEqualTo(i);
        }
    }

    @Test
    void no_answer_in_time_is_504() {
        CompletableFuture<MethodResult> result = call("slow", 10);

        world.advance(Duration.ofSeconds(9));
        assertThat(result).isNotDone();
        world.advance(Duration.ofSeconds(1));

        assertThat(refusal(result))
                .isInstanceOf(Refusal.TimedOut.class)
                .extracting(Refusal::reason)
                .asString()
                .contains("Timed out waiting for device to respond");
    }

    @Test
    void a_client_that_goes_away_is_404() {
        CompletableFuture<MethodResult> result = call("ping", 10);

        methods.gone(client);

        assertThat(refusal(result)).isEqualTo(new Refusal.NotConnected("Client edge/a not found"));
    }

    @Test
    void the_parent_is_told_a_status_and_a_reason_where_nobody_answered() {
        CompletableFuture<MethodResult> gone = call("ping", 10);
        methods.gone(client);
        CompletableFuture<MethodResult> slow = call("slow", 10);
        world.advance(Duration.ofSeconds(10));

        MethodResult notFound = gone.exceptionally(Problems::of).join();
        assertThat(notFound.status()).isEqualTo(404);
        assertThat(new String(notFound.payload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"message\":\"Client edge/a not found\"}");
        assertThat(slow.exceptionally(Problems::of).join().status()).isEqualTo(504);
    }

    @Test
    void a_caller_that_gives_up_leaves_nothing_behind() {
        for (int i = 0; i < 2 * Methods.MOST_AT_ONCE; i++) {
            call("ping", 10).cancel(false);
        }

        assertThat(call("ping", 10)).isNotDone();
    }

    @Test
    void late_unknown_and_foreign_answers_are_ignored() {
        CompletableFuture<MethodResult> result = call("ping", 10);
        String requestId = client.calls.getFirst().requestId();

        methods.answer(A, "unknown", new MethodResult(1, new byte[0]));
        methods.answer(IdentityId.module("edge", "b"), requestId, new MethodResult(2, new byte[0]));
        assertThat(result).isNotDone();

        methods.answer(A, requestId, new MethodResult(3, new byte[0]));
        methods.answer(A, requestId, new MethodResult(4, new byte[0]));
        assertThat(result.join().status()).isEqualTo(3);
    }

    @Test
    void calls_without_end_are_refused() {
        for (int i = 0; i < Methods.MOST_AT_ONCE; i++) {
            call("m", 10);
        }

        assertThat(refusal(call("m", 10))).isInstanceOf(Refusal.LimitExceeded.class);
        world.advance(Duration.ofSeconds(10));
        assertThat(call("m", 10)).isNotDone();
    }

    private CompletableFuture<MethodResult> call(String name, int seconds) {
        return methods.call(A, client, new MethodCall("parent-rid", name, new byte[0], Duration.ofSeconds(seconds)));
    }

    private static Refusal refusal(CompletableFuture<MethodResult> result) {
        return ((RefusedException) result.exceptionNow()).refusal();
    }
}
