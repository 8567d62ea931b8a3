package kant.routing;

import kant.model.message.Target;

/** Where a route ends, as its {@code INTO} says. */
public sealed interface Sink {

    /** The endpoint's id on this edge device; routes with the same id share one outbox. */
    String endpoint(String deviceId);

    /** {@code $upstream}: the parent hub. */
    record Upstream() implements Sink {
        @Override
        public String endpoint(String deviceId) {
            return Target.UPSTREAM;
        }
    }

    /** {@code BrokeredEndpoint("/modules/<module>/inputs/<input>")}; both names are case-sensitive and never empty. */
    record ModuleInput(String module, String input) implements Sink {
        @Override
        public String endpoint(String deviceId) {
            return deviceId + "/" + module + "/" + input;
        }
    }
}
