package kant.edgeagent.desired;

import java.util.function.Consumer;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;

/** Takes direct methods called on the agent. */
public interface MethodHandler {

    /** Called on a thread of the link: starts the work and returns. The answer may be given on any thread, once. */
    void handle(MethodCall call, Consumer<MethodResult> answer);
}
