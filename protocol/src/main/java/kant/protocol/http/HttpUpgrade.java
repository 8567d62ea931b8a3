package kant.protocol.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/** Takes a connection over from HTTP (RFC 9110 §7.8). Called on the connection's event loop. */
public interface HttpUpgrade {

    /** Whether a request asks for this upgrade, allowed or not. */
    boolean isAskedBy(HttpRequest request);

    /**
     * Answers a whole request and makes the channel another protocol's, having taken the handlers {@link HttpService#CODEC} and
     * {@link HttpService#CONNECTION} out of its pipeline; or does nothing.
     *
     * @return why not; empty where the connection has been taken over
     */
    Optional<HttpAnswer> takeOver(HttpRequest request, Channel channel);
}
