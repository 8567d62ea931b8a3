package kant.protocol.web;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpService;
import kant.protocol.http.HttpUpgrade;
import kant.protocol.http.RequestTarget;
import kant.protocol.net.Carrier;
import kant.protocol.net.ChannelService;
import kant.protocol.net.LineBudget;
import kant.protocol.net.Writes;
import org.jspecify.annotations.Nullable;

/**
 * Makes a WebSocket of an HTTP connection (RFC 6455 §4.2), for the first subprotocol that the client offers and that is
 * served. Query and {@code Origin} mean nothing: clients are told apart by their credential.
 */
final class WebSocketUpgrade implements HttpUpgrade {
    private static final String MQTT = "mqtt";
    private static final String AMQP_OF_IOT_HUB = "amqpwsb10";

    /** The name in the binding's own specification, which clients that are not Microsoft's offer. */
    private static final String AMQP = "amqp";

    private static final List<String> IOT_HUB_PATH = List.of("$iothub", "websocket");

    /** Where the service SDKs speak AMQP. */
    private static final List<String> SERVICE_BUS_PATH = List.of("$servicebus", "websocket");

    private static final String VERSION = "13";
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Map<String, ChannelService> atIotHub = new HashMap<>();
    private final Map<String, ChannelService> atServiceBus = new HashMap<>();
    private final LineBudget lines;

    /** @param lines what all its WebSockets may write into the log */
    WebSocketUpgrade(@Nullable ChannelService mqtt, @Nullable ChannelService amqp, LineBudget lines) {
        this.lines = lines;
        if (mqtt != null) {
            atIotHub.put(MQTT, mqtt);
        }
        if (amqp != null) {
            atServiceBus.put(AMQP_OF_IOT_HUB, amqp);
            atServiceBus.put(AMQP, amqp);
            atIotHub.putAll(atServiceBus);
        }
    }

    /** A subprotocol as the client spells it. */
    private record Choice(String subprotocol, ChannelService service) {}

    @Override
    public boolean isAskedBy(HttpRequest request) {
        return request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    @Override
    public Optional<HttpAnswer> takeOver(HttpRequest request, Channel channel) {
        try {
            String accept = accept(request);
            Choice choice = choice(request);
            takeOver(channel, accept, choice);
            return Optional.empty();
        } catch (RefusedException refused) {
            HttpAnswer answer = HttpAnswer.refused(refused.refusal());
            return Optional.of(answer.with(HttpHeaderNames.SEC_WEBSOCKET_VERSION.toString(), VERSION));
        }
    }

    private void takeOver(Channel channel, String accept, Choice choice) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept)
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, choice.subprotocol());
        Writes.send(channel, response);
        channel.pipeline().addAfter(HttpService.CODEC, "websocket", new WebSocketConnection(lines));
        channel.pipeline().remove(HttpService.CONNECTION);
        Carrier.WEB_SOCKET.mark(channel);
        choice.service().serve(channel);
        channel.pipeline().remove(HttpService.CODEC); // last: what it has read already goes to who is there now
    }

    private static String accept(HttpRequest request) throws RefusedException {
        String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
        if (!request.method().equals(HttpMethod.GET)
                || !request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                || key.isEmpty()) {
            throw refused("a WebSocket begins with GET, the header Connection: Upgrade and a Sec-WebSocket-Key");
        }
        String version = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "");
        if (!version.equals(VERSION)) {
            throw refused("WebSocket version \"" + version + "\" is not spoken here, only " + VERSION);
        }
        return Base64.getEncoder().encodeToString(sha1(key.trim() + KEY_SUFFIX));
    }

    private Choice choice(HttpRequest request) throws RefusedException {
        Map<String, ChannelService> services = services(request.uri());
        List<String> offered = new ArrayList<>();
        for (String line : request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
            for (String subprotocol : line.split(",")) {
                String spelled = subprotocol.trim();
                ChannelService service = services.get(spelled.toLowerCase(Locale.ROOT));
                if (service != null) {
                    return new Choice(spelled, service);
                }
                offered.add(spelled);
            }
        }
        throw refused(
                "of the WebSocket subprotocols " + offered + " none is served here; offer one of " + services.keySet());
    }

    private Map<String, ChannelService> services(String uri) throws RefusedException {
        List<String> path = RequestTarget.of(uri).path();
        if (path.equals(IOT_HUB_PATH)) {
            return atIotHub;
        }
        if (path.equals(SERVICE_BUS_PATH)) {
            return atServiceBus;
        }
        throw refused("there is no WebSocket at /" + String.join("/", path) + "; connect to /$iothub/websocket");
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static RefusedException refused(String reason) {
        return new RefusedException(new Refusal.Invalid(reason));
    }
}
