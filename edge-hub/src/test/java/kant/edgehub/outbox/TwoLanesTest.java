package kant.edgehub.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.edgehub.fake.ManualWorld;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.store.Entry;
import kant.store.MessageStore;
import kant.store.StoreConfig;
import kant.store.segment.Durability;
import kant.testkit.sim.SimDisk;
import kant.testkit.sim.SimRandomness;
import org.junit.jupiter.api.Test;

/** A backlog, fresh messages and a link that returns: a real store and a real outbox in a simulated world. */
class TwoLanesTest {
    private static final IdentityId SENDER = IdentityId.module("edge", "sensor");
    private static final int BACKLOG = 50_000;
    private static final int WINDOW = 8;

    private final ManualWorld world = new ManualWorld();
    private final SimDisk disk = new SimDisk(new SplittableRandom(1));
    private final Parent parent = new Parent();

    @Test
    void a_fresh_message_overtakes_a_backlog_where_its_route_asks_for_it() throws Exception {
        try (MessageStore store = store()) {
            Outbox outbox = outbox(store);
            queue(store, Policy.Order.NEWEST_FIRST);

            parent.open = true;
            outbox.retry();
            world.run();
            int sentBefore = parent.sent.size();
            accept(store, "fresh", Policy.Order.NEWEST_FIRST);
            parent.takeAll();

            assertThat(sentBefore).isEqualTo(WINDOW);
            assertThat(parent.sent.indexOf("fresh")).isLessThanOrEqualTo(sentBefore + WINDOW);
            everythingArrived(store);
        }
    }

    @Test
    void without_that_order_is_kept() throws Exception {
        try (MessageStore store = store()) {
            Outbox outbox = outbox(store);
            queue(store, Policy.Order.OLDEST_FIRST);

            parent.open = true;
            outbox.retry();
            world.run();
            accept(store, "fresh", Policy.Order.OLDEST_FIRST);
            parent.takeAll();

            assertThat(parent.sent.getLast()).isEqualTo("fresh");
            everythingArrived(store);
        }
    }

    @Test
    void a_fresh_message_overtakes_also_after_a_restart_in_the_middle_of_the_backlog() throws Exception {
        try (MessageStore store = store()) {
            outbox(store);
            queue(store, Policy.Order.NEWEST_FIRST);
            parent.open = true;
            accept(store, "early", Policy.Order.NEWEST_FIRST);
            parent.take(1000);
        }
        parent.unanswered.clear();
        int before = parent.sent.size();
        try (MessageStore store = store()) {
            Outbox outbox = outbox(store);
            outbox.retry();
            world.run();
            accept(store, "fresh", Policy.Order.NEWEST_FIRST);
            parent.takeAll();

            assertThat(parent.sent.lastIndexOf("fresh")).isLessThanOrEqualTo(before + 2 * WINDOW);
            assertThat(new HashSet<>(parent.sent)).hasSize(BACKLOG + 2);
            assertThat(store.stats().endpoints().get(Target.UPSTREAM).pending()).isZero();
        }
    }

    private void everythingArrived(MessageStore store) {
        Set<String> different = new HashSet<>(parent.sent);
        assertThat(different).hasSize(BACKLOG + 1);
        assertThat(parent.sent).hasSize(BACKLOG + 1);
        assertThat(store.stats().endpoints().get(Target.UPSTREAM).delivered()).isEqualTo(BACKLOG + 1);
    }

    private MessageStore store() throws IOException {
        return MessageStore.openStepped(
                StoreConfig.of(Durability.FSYNC, 64 << 20).reserveBytes(0),
                disk,
                world,
                new SimRandomness(new SplittableRandom(2)));
    }

    private Outbox outbox(MessageStore store) {
        return new Outbox(
                parent, store.cursor(Target.UPSTREAM), world, Backoff.standard(world), (_, _) -> {
                    // nobody counts here
                });
    }

    /** With nobody to send to. */
    private void queue(MessageStore store, Policy.Order order) {
        for (int i = 0; i < BACKLOG; i++) {
            append(store, "m" + i, order);
            if (i % 500 == 0) {
                store.step();
            }
        }
        store.step();
        world.advance(Duration.ofSeconds(2));
        store.step();
    }

    private void accept(MessageStore store, String text, Policy.Order order) {
        CompletableFuture<Void> accepted = append(store, text, order);
        store.step();
        world.run();
        assertThat(accepted).isCompleted();
    }

    private static CompletableFuture<Void> append(MessageStore store, String text, Policy.Order order) {
        var message = new Message(SENDER, Map.of(), Map.of(), text.getBytes());
        var target = new Target(
                Target.UPSTREAM,
                Target.DEFAULT_PRIORITY,
                Target.FOREVER,
                new Policy(Policy.WhenFull.REFUSE, order));
        return store.append(message, List.of(target)).toCompletableFuture();
    }

    /** Takes what the test says; up to a window is under way. */
    private final class Parent implements Endpoint {
        final List<String> sent = new ArrayList<>();
        final Deque<CompletableFuture<Fate>> unanswered = new ArrayDeque<>();
        boolean open;

        void takeAll() {
            take(Integer.MAX_VALUE);
        }

        void take(int most) {
            for (int i = 0; i < most && !unanswered.isEmpty(); i++) {
                unanswered.remove().complete(Fate.DELIVERED);
                world.run();
            }
        }

        @Override
        public String name() {
            return Target.UPSTREAM;
        }

        @Override
        public boolean prompt() {
            return false;
        }

        @Override
        public boolean open() {
            return open;
        }

        @Override
        public IdentityId lane(Entry entry) {
            return entry.message().sender();
        }

        @Override
        public boolean reserve(IdentityId lane, int underWay) {
            return underWay < WINDOW;
        }

        @Override
        public CompletionStage<Fate> send(Entry entry) {
            sent.add(new String(entry.message().payload()));
            var answer = new CompletableFuture<Fate>();
            unanswered.add(answer);
            return answer;
        }
    }
}
