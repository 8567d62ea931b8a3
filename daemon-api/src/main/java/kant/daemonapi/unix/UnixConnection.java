package kant.daemonapi.unix;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kant.model.error.RefusedException;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: waits for a request, gathers its body, runs the handler on a virtual thread, writes the answer, and waits again
 * or closes. All fields belong to the connection's event loop.
 *
 * <pre>
 * WAITING --head--> BODY --last content--> BUSY --answer written--> WAITING, or closed
 *    |idle limit: close  |body limit: 408, close   |another head: close (no pipelining)
 * </pre>
 */
final class UnixConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger log = LoggerFactory.getLogger(UnixConnection.class);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final Duration LINGER = Duration.ofSeconds(1);

    private enum State {
        WAITING,
        BODY,
        BUSY
    }

    // for the connection
    private final UnixServerConfig config;
    private final Tasks tasks;
    private final ApiHandler handler;
    private final Peer peer;

    // for one request
    private State state = State.WAITING;
    private @Nullable HttpRequest head;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(256);
    private @Nullable ScheduledFuture<?> alarm;

    UnixConnection(UnixServerConfig config, Tasks tasks, ApiHandler handler, Peer peer) {
        this.config = config;
        this.tasks = tasks;
        this.handler = handler;
        this.peer = peer;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        arm(ctx, config.idleLimit(), () -> close(ctx));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        disarm();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            reject(
                    ctx,
                    400,
                    "the request is not HTTP/1.1: "
                            + part.decoderResult().cause().getMessage());
            return;
        }
        if (part instanceof HttpRequest request && !begin(ctx, request)) {
            return;
        }
        if (part instanceof HttpContent content && state == State.BODY) {
            gather(ctx, content);
        }
    }

    private boolean begin(ChannelHandlerContext ctx, HttpRequest request) {
        if (state != State.WAITING) {
            close(ctx);
            return false;
        }
        state = State.BODY;
        head = request;
        body.reset();
        arm(ctx, config.bodyLimit(), () -> reject(ctx, 408, "the request's body did not arrive in time"));
        if (HttpUtil.is100ContinueExpected(request)) {
            var _ = write(ctx, CONTINUE);
        }
        return true;
    }

    private void gather(ChannelHandlerContext ctx, HttpContent content) {
        ByteBuf bytes = content.content();
        if (body.size() + bytes.readableBytes() > config.maxBodyBytes()) {
            reject(ctx, 413, "the request's body is longer than " + config.maxBodyBytes() + " bytes");
            return;
        }
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        body.writeBytes(copy);
        if (content instanceof LastHttpContent) {
            run(ctx);
        }
    }

    private void run(ChannelHandlerContext ctx) {
        disarm();
        state = State.BUSY;
        HttpRequest request = head;
        if (request == null) {
            throw new AssertionError("a body without a head");
        }
        byte[] whole = body.toByteArray();
        boolean close = !HttpUtil.isKeepAlive(request);
        tasks.spawn("unix-request", () -> {
            ApiAnswer answer = answer(request, whole);
            if (answer instanceof ApiAnswer.Stream stream) {
                StreamedAnswer.send(ctx.channel(), stream);
            } else {
                ctx.executor().execute(() -> finish(ctx, answer, close));
            }
        });
    }

    private ApiAnswer answer(HttpRequest request, byte[] whole) {
        try {
            return handler.handle(ApiCall.of(request.method().name(), request.uri(), headers(request), whole, peer));
        } catch (RefusedException e) {
            return ApiAnswer.error(400, e.refusal().reason());
        } catch (Exception e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("socket", config.socket())
                    .addKeyValue("method", request.method().name())
                    .log("a request failed");
            return ApiAnswer.error(500, chain(e));
        }
    }

    private void finish(ChannelHandlerContext ctx, ApiAnswer answer, boolean close) {
        byte[] bytes = switch (answer) {
            case ApiAnswer.Json json -> AnswerText.whole(json, close);
            case ApiAnswer.Empty empty -> AnswerText.empty(empty, close);
            case ApiAnswer.Stream _ -> throw new AssertionError("streams are sent by their own thread");
        };
        state = State.WAITING;
        head = null;
        ChannelFuture written = write(ctx, bytes);
        if (close) {
            written.addListener(ChannelFutureListener.CLOSE);
        } else {
            arm(ctx, config.idleLimit(), () -> close(ctx));
        }
    }

    /** Answers with an error and closes: what else the client sends cannot be told from the next request. */
    private void reject(ChannelHandlerContext ctx, int status, String message) {
        disarm();
        state = State.BUSY;
        ApiAnswer.Json error = (ApiAnswer.Json) ApiAnswer.error(status, message);
        write(ctx, AnswerText.whole(error, true)).addListener(_ -> linger(ctx));
    }

    /** Ends our side and closes a little later: a close with unread input would reset the connection under the answer. */
    private void linger(ChannelHandlerContext ctx) {
        if (ctx.channel() instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
        }
        arm(ctx, LINGER, () -> close(ctx));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            log.atWarn().setCause(cause).addKeyValue("socket", config.socket()).log("a connection failed");
        }
        close(ctx);
    }

    private void arm(ChannelHandlerContext ctx, Duration limit, Runnable action) {
        disarm();
        alarm = ctx.executor().schedule(action, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void disarm() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    /** Nobody waits for it, and there is nothing to do if it fails. */
    private static void close(ChannelHandlerContext ctx) {
        var _ = ctx.close();
    }

    private static ChannelFuture write(ChannelHandlerContext ctx, byte[] bytes) {
        return ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    }

    private static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers().forEach(h -> headers.put(h.getKey().toLowerCase(Locale.ROOT), h.getValue()));
        return headers;
    }

    private static String chain(Throwable failure) {
        var text = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            text.append("\ncaused by: ").append(cause.getMessage());
        }
        return text.toString();
    }
}
