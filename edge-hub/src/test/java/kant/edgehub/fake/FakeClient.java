package kant.edgehub.fake;

import java.util.ArrayList;
import java.util.List;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.protocol.port.ClientLink;

/** A client that notes what it is sent. */
public final class FakeClient implements ClientLink {
    public final List<Delivery> deliveries = new ArrayList<>();
    public final List<TwinPatch> patches = new ArrayList<>();
    public final List<MethodCall> calls = new ArrayList<>();
    public final List<String> disconnects = new ArrayList<>();
    public int window = 10;

    @Override
    public int window() {
        return window;
    }

    @Override
    public void deliver(Delivery delivery) {
        deliveries.add(delivery);
    }

    @Override
    public void desired(TwinPatch patch) {
        patches.add(patch);
    }

    @Override
    public void invoke(MethodCall call) {
        calls.add(call);
    }

    @Override
    public void disconnect(String reason) {
        disconnects.add(reason);
    }
}
