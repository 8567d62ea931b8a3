package kant.edgehub.method;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kant.edgehub.fake.FakeClient;
import kant.edgehub.fake.ManualWorld;
import kant.edgehub.metrics.Counters;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import org.junit.jupiter.api.Test;

/** Checks 49, 50 and 79 where no wire is between: a module calls a method of another client. */
class LocalCallsTest {
    private static final IdentityId HUB = IdentityId.module("edge", "$edgeHub");
    private static final IdentityId CALLER = IdentityId.module("edge", "a");
    private static final IdentityId TARGET = IdentityId.module("edge", "b");

    private final ManualWorld world = new ManualWorld();
    private final FakeClient client = new FakeClient();
    private final Methods methods = new Methods(world, world);
    private final Arrivals arrivals = new Arrivals(world);
    private final List<Set<IdentityId>> refreshed = new ArrayList<>();
    private boolean listening;

    private final LocalCalls calls = new LocalCalls(
            HUB,
            new HubMethods(ids -> {
                refreshed.add(ids);
                return CompletableFuture.completedFuture(null);
            }),
            new LocalCalls.Clients() {
                @Override
                public boolean listenForMethods(IdentityId id) {
                    return listening;
                }

                @Override
                public CompletableFuture<MethodResult> invoke(IdentityId id, MethodCall call) {
                    return listening
                            ? methods.call(id, client, call)
                            : CompletableFuture.failedFuture(Methods.notFound(id));
                }
            },
            arrivals,
            new Counters(world),
            world);

    @Test
    void an_answer_reaches_the_caller_unchanged() {
        listening = true;
        CompletableFuture<MethodResult> result = call(CALLER, TARGET, Duration.ZERO);
        var answer = new MethodResult(404, "null".getBytes(StandardCharsets.UTF_8));

        methods.answer(TARGET, client.calls.getFirst().requestId(), answer);

        assertThat(result).as("the target's own 404 is an answer").isCompletedWithValue(answer);
    }

    @Test
    void an_absent_target_is_not_found_at_once_or_when_the_connect_timeout_is_over() {
        assertThat(refusal(call(CALLER, TARGET, Duration.ZERO)))
                .isEqualTo(new Refusal.NotConnected("Client edge/b not found"));

        CompletableFuture<MethodResult> patient = call(CALLER, TARGET, Duration.ofSeconds(10));
        world.advance(Duration.ofSeconds(9));
        assertThat(patient).isNotDone();
        world.advance(Duration.ofSeconds(1));
        assertThat(refusal(patient)).isInstanceOf(Refusal.NotConnected.class);
    }

    @Test
    void a_target_that_subscribes_in_time_is_called() {
        CompletableFuture<MethodResult> result = call(CALLER, TARGET, Duration.ofSeconds(10));

        listening = true;
        arrivals.listens(TARGET);
        world.advance(Arrivals.SETTLE);
        methods.answer(TARGET, client.calls.getFirst().requestId(), new MethodResult(200, new byte[0]));

        assertThat(result.join().status()).isEqualTo(200);
    }

    @Test
    void a_caller_that_goes_leaves_no_call_behind() {
        CompletableFuture<MethodResult> waiting = call(CALLER, TARGET, Duration.ofSeconds(10));
        waiting.cancel(false);
        listening = true;
        arrivals.listens(TARGET);
        world.advance(Duration.ofSeconds(1));
        assertThat(client.calls).as("given up before the target came").isEmpty();

        call(CALLER, TARGET, Duration.ZERO).cancel(false);
        methods.answer(TARGET, client.calls.getFirst().requestId(), new MethodResult(200, new byte[0]));
        assertThat(client.calls).hasSize(1);
    }

    @Test
    void only_modules_of_this_device_may_call() {
        for (IdentityId stranger : List.of(IdentityId.device("leaf"), IdentityId.module("child", "m"))) {
            assertThat(refusal(call(stranger, TARGET, Duration.ZERO))).isInstanceOf(Refusal.Unauthorized.class);
        }
    }

    @Test
    void the_hub_itself_refreshes_what_it_is_told_to() {
        var named = new MethodCall(
                "1",
                "refreshdevicescopeidentitycache",
                "{\"deviceIds\":[\"leaf\",\"edge/b\"]}".getBytes(StandardCharsets.UTF_8),
                Duration.ofSeconds(5));

        assertThat(calls.call(CALLER, HUB, named, Duration.ZERO).join().status())
                .isEqualTo(200);
        assertThat(refreshed).containsExactly(Set.of(IdentityId.device("leaf"), TARGET));
        assertThat(call(CALLER, HUB, Duration.ZERO).join().status()).isEqualTo(404);
    }

    private CompletableFuture<MethodResult> call(IdentityId caller, IdentityId target, Duration connect) {
        return calls.call(caller, target, new MethodCall("1", "ping", new byte[0], Duration.ofSeconds(5)), connect);
    }

    private static Refusal refusal(CompletableFuture<MethodResult> result) {
        return ((RefusedException) result.exceptionNow()).refusal();
    }
}
