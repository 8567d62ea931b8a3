package kant.edgehub.outbox;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kant.model.identity.IdentityId;
import kant.store.Entry;
import org.jspecify.annotations.Nullable;

/**
 * One input of one module of this device: {@code <device>/<module>/<input>}. A message is delivered when the module
 * acknowledges it; a module that is away, or does not listen, gets it when it returns. All messages are in one lane.
 */
final class ModuleInputEndpoint implements Endpoint {
    private final String name;
    private final IdentityId module;
    private final String input;
    private final Function<IdentityId, @Nullable InputReceiver> receivers;
    private @Nullable InputReceiver reserved;

    ModuleInputEndpoint(
            String name, IdentityId module, String input, Function<IdentityId, @Nullable InputReceiver> receivers) {
        this.name = name;
        this.module = module;
        this.input = input;
        this.receivers = receivers;
    }

    IdentityId module() {
        return module;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean prompt() {
        return true;
    }

    @Override
    public boolean open() {
        return receivers.apply(module) != null;
    }

    @Override
    public IdentityId lane(Entry entry) {
        return module;
    }

    @Override
    public boolean reserve(IdentityId lane, int underWay) {
        InputReceiver receiver = receivers.apply(module);
        if (receiver == null || !receiver.reserve()) {
            return false;
        }
        reserved = receiver;
        return true;
    }

    @Override
    public CompletionStage<Fate> send(Entry entry) {
        InputReceiver receiver = reserved;
        reserved = null;
        return receiver == null
                ? CompletableFuture.completedFuture(new Fate.Retry("the module is not connected"))
                : receiver.deliver(input, entry.message(), entry.attempt());
    }
}
