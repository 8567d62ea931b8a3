package kant.protocol.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.LineBudget;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Strangers;
import kant.protocol.net.Writes;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, owned by its event loop: reads a request, has it handled on a virtual thread, writes the answer,
 * and only then looks at the next request.
 */
@OnLoop
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** How long a client may take for its handshake and one request, and to read one answer. */
    private static final Duration REQUEST = Duration.ofSeconds(60);

    /** How long a connection may wait for its next request. */
    private static final Duration IDLE = Duration.ofSeconds(120);

    /** How long a refused client may go on sending: closed at once, it would be reset before it reads why. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final int INITIAL_BODY = 512;

    private final Channel channel;
    private final HttpService.Shared service;

    // for the connection
    private final Deque<Object> held = new ArrayDeque<>();
    private @Nullable ScheduledFuture<?> deadline;
    private boolean lingering;
    private boolean gone;

    // for the request
    private @Nullable HttpRequest request;
    private ByteArrayOutputStream body = new ByteArrayOutputStream(INITIAL_BODY);
    private Tasks.@Nullable Cancellable call;

    HttpConnection(Channel channel, HttpService.Shared service) {
        this.channel = channel;
        this.service = service;
    }

    // ---- what Netty tells

    @Override
    public void channelActive(ChannelHandlerContext context) {
        closeAfter(REQUEST);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        held.add(message);
        resume();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    /** The connection is another protocol's from here on. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        leave();
        channel.config().setAutoRead(true);
    }

    private void leave() {
        gone = true;
        cancelDeadline();
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof IOException || failure.getCause() instanceof IOException) {
            log.atDebug()
                    .addKeyValue("peer", channel.remoteAddress())
                    .addKeyValue("reason", String.valueOf(failure.getMessage()))
                    .log("HTTP connection broke");
        } else {
            warn("HTTP connection closed", failure);
        }
        Writes.close(channel);
    }

    // ---- a request

    /** Takes what was held, as long as no call is under way; reads on unless something is left. */
    private void resume() {
        while (call == null && !gone && !held.isEmpty()) {
            Object part = held.remove();
            try {
                take(part);
            } finally {
                ReferenceCountUtil.release(part);
            }
        }
        if (!gone) {
            channel.config().setAutoRead(held.isEmpty());
        }
    }

    private void take(Object part) {
        if (lingering) {
            return;
        }
        if (part instanceof HttpRequest start) {
            begin(start);
        }
        if (part instanceof HttpContent content && request != null) {
            add(content);
            if (part instanceof LastHttpContent && request != null) {
                handle(request);
            }
        }
    }

    private void begin(HttpRequest start) {
        closeAfter(REQUEST);
        if (start.decoderResult().isFailure()) {
            undecodable(start.decoderResult().cause());
            return;
        }
        if (HttpUtil.getContentLength(start, 0L) > service.maxBodyBytes()) {
            refuseBody();
            return;
        }
        request = start;
        if (HttpUtil.is100ContinueExpected(start)) {
            Writes.send(
                    channel,
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void add(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            undecodable(content.decoderResult().cause());
            return;
        }
        int bytes = content.content().readableBytes();
        if (body.size() + bytes > service.maxBodyBytes()) { // without a length announced
            refuseBody();
            return;
        }
        byte[] part = new byte[bytes];
        content.content().readBytes(part);
        body.writeBytes(part);
    }

    private void handle(HttpRequest whole) {
        try {
            if (service.upgrade() != null && service.upgrade().isAskedBy(whole)) {
                service.upgrade().takeOver(whole, channel).ifPresent(this::refuse);
            } else {
                call(HttpCalls.of(whole, body.toByteArray(), channel));
            }
        } catch (IllegalArgumentException e) {
            refuse(HttpAnswer.refused(new Refusal.Invalid("the request's target is malformed: " + e.getMessage())));
        }
    }

    private void call(HttpCall asked) {
        cancelDeadline(); // how long an answer takes is the handler's business
        Strangers.admit(channel); // while it is served: who asks is the handler's question
        call = service.tasks().spawn("http " + asked.method(), () -> run(asked));
    }

    /** On a virtual thread. */
    private void run(HttpCall asked) {
        FullHttpResponse response = answer(asked);
        ChannelTasks.run(channel, () -> {
            call = null;
            write(response);
            resume();
        });
    }

    private FullHttpResponse answer(HttpCall asked) {
        boolean head = asked.method().equals("HEAD");
        try {
            return HttpResponses.of(service.handler().handle(asked), head);
        } catch (RefusedException e) {
            return HttpResponses.of(HttpAnswer.refused(e.refusal()), head);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return HttpResponses.of(HttpAnswer.refused(new Refusal.Unavailable("the server is stopping")), head);
        } catch (Exception e) {
            log.atError().addKeyValue("call", asked).setCause(e).log("HTTP call failed");
            return HttpResponses.of(HttpResponses.FAILED, head);
        }
    }

    // ---- an answer

    private void write(FullHttpResponse response) {
        boolean keepAlive = request != null && HttpUtil.isKeepAlive(request);
        if (request != null && request.protocolVersion().equals(HttpVersion.HTTP_1_0) && keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        request = null;
        body = new ByteArrayOutputStream(INITIAL_BODY);
        Strangers.estrange(channel);
        closeAfter(REQUEST);
        if (keepAlive) {
            channel.writeAndFlush(response).addListener(_ -> restUnlessBusy());
        } else {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            channel.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** The answer has left; the next request may have begun in the meantime. */
    private void restUnlessBusy() {
        if (request == null && call == null) {
            closeAfter(IDLE);
        }
    }

    /** Answers, and reads no further request: where this one ends is not known. */
    private void refuse(HttpAnswer answer) {
        lingering = true;
        request = null;
        FullHttpResponse response = HttpResponses.of(answer, false);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        Writes.send(channel, response);
        closeAfter(LINGER);
    }

    private void refuseBody() {
        refuse(HttpAnswer.refused(
                new Refusal.TooLarge("the body is larger than " + service.maxBodyBytes() + " bytes")));
    }

    private void undecodable(Throwable cause) {
        warn("HTTP request cannot be decoded", cause);
        refuse(HttpResponses.undecodable(cause));
    }

    private void warn(String message, Throwable cause) {
        long before = service.lines().spend(channel.eventLoop().ticker().nanoTime());
        if (before != LineBudget.NONE) {
            log.atWarn()
                    .addKeyValue("peer", channel.remoteAddress())
                    .addKeyValue("reason", String.valueOf(cause))
                    .addKeyValue("linesSuppressed", before)
                    .log(message);
        }
    }

    private void closeAfter(Duration limit) {
        cancelDeadline();
        if (!gone) {
            deadline = ChannelTasks.after(channel, limit, () -> Writes.close(channel));
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
