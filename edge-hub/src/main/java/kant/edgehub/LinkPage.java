package kant.edgehub;

import java.util.List;
import kant.edgehub.parent.LinkWatch;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;

/** {@code GET} of the link's state as JSON, live, for modules; other paths are for the next handler. */
record LinkPage(LinkWatch watch, List<String> path, HttpHandler others) implements HttpHandler {

    @Override
    public HttpAnswer handle(HttpCall call) throws Exception {
        if (!call.path().equals(path)) {
            return others.handle(call);
        }
        return call.method().equals("GET")
                ? HttpAnswer.text(200, watch.view().json() + "\n")
                        .with("content-type", "application/json; charset=utf-8")
                : HttpAnswer.text(405, "only GET is served here\n");
    }
}
