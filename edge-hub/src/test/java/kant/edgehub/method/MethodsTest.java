package kant.edgehub.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.edgehub.fake.FakeClient;
import kant.edgehub.fake.ManualWorld;
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

        assertThat(result.join().status()).isEqualTo(504);
        assertThat(text(result)).contains("Timed out waiting for device to respond");
    }

    @Test
    void a_client_that_goes_away_is_404() {
        CompletableFuture<MethodResult> result = call("ping", 10);

        methods.gone(client);

        assertThat(result.join().status()).isEqualTo(404);
        assertThat(text(result)).isEqualTo("{\"message\":\"Client edge/a not found\"}");
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

        assertThat(call("m", 10).join().status()).isEqualTo(429);
        world.advance(Duration.ofSeconds(10));
        assertThat(call("m", 10)).isNotDone();
    }

    private CompletableFuture<MethodResult> call(String name, int seconds) {
        return methods.call(A, client, new MethodCall("parent-rid", name, new byte[0], Duration.ofSeconds(seconds)))
                .toCompletableFuture();
    }

    private static String text(CompletableFuture<MethodResult> result) {
        return new String(result.join().payload(), StandardCharsets.UTF_8);
    }
}
