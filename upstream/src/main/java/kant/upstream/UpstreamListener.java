package kant.upstream;

import kant.model.error.Refusal;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;

/**
 * What one identity hears from the parent. Called in order and never concurrently, on a thread of the link that must not be
 * blocked.
 */
public interface UpstreamListener {

    /** Connected, subscriptions restored: sends are taken from now on. Called after every reconnect. */
    void up();

    /** Not connected any more, or about to renew the connection; follows an {@link #up}, and another one will follow. */
    void down(String reason);

    /** The parent does not want this identity: wrong key, disabled, unknown. It is tried again, slowly. */
    void refused(Refusal refusal);

    /** Desired properties changed. Changes made while not connected are not told: ask for the twin. */
    void desired(TwinPatch patch);

    /** A direct method is called; answer through {@link UpstreamIdentity#methodResult}. */
    void invoke(MethodCall call);

    /** A message came; settle it through {@link UpstreamIdentity#settle}. */
    void deliver(Delivery delivery);
}
