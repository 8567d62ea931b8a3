package kant.conformance.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The daemon's management API, spoken by hand: one request a connection. */
record ManagementSocket(Path path) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "api-version=2022-08-03";

    /** An answer's status and body. */
    record Answer(int status, String body) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    /** What the engine says of a module; fails where it has none. */
    JsonNode module(String name) throws IOException {
        Answer answer = call("GET", "/modules/" + name);
        if (answer.status() != 200) {
            throw new AssertionError("module " + name + ": " + answer);
        }
        return answer.json();
    }

    /** Names of all modules of the engine. */
    Set<String> modules() throws IOException {
        var names = new TreeSet<String>();
        call("GET", "/modules")
                .json()
                .path("modules")
                .forEach(module -> names.add(module.path("name").asText()));
        return names;
    }

    Answer call(String method, String target) throws IOException {
        return call(method, target, "");
    }

    Answer call(String method, String target, String body) throws IOException {
        String request = method + " " + target + (target.contains("?") ? "&" : "?") + VERSION
                + " HTTP/1.1\r\nHost: daemon\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(8192);
            while (channel.read(buffer) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
            String text = answer.toString(StandardCharsets.UTF_8);
            int head = text.indexOf("\r\n\r\n");
            return new Answer(Integer.parseInt(text.split(" ", 3)[1]), text.substring(head + 4));
        }
    }
}
