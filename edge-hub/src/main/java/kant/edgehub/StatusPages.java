package kant.edgehub;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kant.edgehub.parent.LinkWatch;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.store.StoreStats;

/**
 * {@code GET link} is the link's state as JSON, live, for modules; {@code GET status} is that of the hub: the same and its store.
 *
 * @param folder the path that both are under
 * @param others answers to all other paths
 */
record StatusPages(LinkWatch watch, Supplier<StoreStats> store, List<String> folder, HttpHandler others)
        implements HttpHandler {

    @Override
    public HttpAnswer handle(HttpCall call) throws Exception {
        if (call.path().equals(page("link"))) {
            return answer(call, () -> watch.view().json());
        }
        return call.path().equals(page("status")) ? answer(call, this::status) : others.handle(call);
    }

    private List<String> page(String name) {
        return Stream.concat(folder.stream(), Stream.of(name)).toList();
    }

    private static HttpAnswer answer(HttpCall call, Supplier<ObjectNode> json) {
        return call.method().equals("GET")
                ? HttpAnswer.text(200, json.get() + "\n").with("content-type", "application/json; charset=utf-8")
                : HttpAnswer.text(405, "only GET is served here\n");
    }

    private ObjectNode status() {
        StoreStats stats = store.get();
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("version", Version.text());
        status.set("upstream", watch.view().json());
        status.putObject("store")
                .put("durability", stats.durability().name().toLowerCase(Locale.ROOT))
                .put("bytes", stats.bytes())
                .put("maxBytes", stats.maxBytes())
                .put("damage", stats.damage())
                .put("failure", stats.failure());
        return status;
    }
}
