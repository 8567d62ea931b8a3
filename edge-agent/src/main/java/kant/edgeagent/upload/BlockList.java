package kant.edgeagent.upload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The names of a blob's blocks, in their order. */
final class BlockList {
    private final List<String> ids = new ArrayList<>();

    /** A name for one more block: base64 text of equal length each time, as the service demands. */
    String next() {
        String id = Base64.getEncoder()
                .encodeToString(String.format("%08d", ids.size()).getBytes(StandardCharsets.US_ASCII));
        ids.add(id);
        return id;
    }

    byte[] xml() {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        ids.forEach(id -> xml.append("<Latest>").append(id).append("</Latest>"));
        return xml.append("</BlockList>").toString().getBytes(StandardCharsets.UTF_8);
    }
}
