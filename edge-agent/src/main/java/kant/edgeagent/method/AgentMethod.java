package kant.edgeagent.method;

import java.io.IOException;
import kant.model.error.RefusedException;
import kant.model.twin.MethodResult;

/** One direct method. Blocking. */
interface AgentMethod {

    /**
     * Does what the request asks for.
     *
     * @throws RefusedException a mistake in the request: answered 400
     * @throws IOException something that did not work: answered 500
     */
    MethodResult run(byte[] payload) throws RefusedException, IOException;
}
