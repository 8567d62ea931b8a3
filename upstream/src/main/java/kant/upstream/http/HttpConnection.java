package kant.upstream.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import kant.protocol.net.OnLoop;
import org.jspecify.annotations.Nullable;

/** One connection, with one call on it at a time. State belongs to its event loop; the package's methods hop to it. */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
    /** A page of a thousand identities takes about one MiB. */
    private static final int LARGEST_BODY_BYTES = 8 << 20;

    /** A call that waits for its answer, and what has come of that. */
    private static final class Exchange {
        final OutgoingCall request;
        final CompletableFuture<HttpReply> reply = new CompletableFuture<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();

        @Nullable
        HttpResponse head;

        Exchange(OutgoingCall request) {
            this.request = request;
        }
    }

    private final Channel channel;

    @OnLoop
    private @Nullable Exchange exchange;

    private volatile boolean reusable;

    HttpConnection(Channel channel) {
        this.channel = channel;
    }

    /** Sends a request; the stage fails with an {@link IOException}. */
    CompletableFuture<HttpReply> exchange(OutgoingCall request) {
        var fresh = new Exchange(request);
        try {
            channel.eventLoop().execute(() -> begin(fresh));
        } catch (RejectedExecutionException e) {
            fresh.reply.completeExceptionally(new IOException("the program has stopped its event loops", e));
        }
        return fresh.reply;
    }

    /** Whether the parent keeps it open after the last answer. */
    boolean reusable() {
        return reusable && channel.isActive();
    }

    void onClose(Runnable action) {
        channel.closeFuture().addListener(_ -> action.run());
    }

    void close() {
        var _ = channel.close();
    }

    private void begin(Exchange fresh) {
        if (!channel.isActive()) {
            fresh.reply.completeExceptionally(new ClosedEarlyException(fresh.request, false));
            return;
        }
        if (exchange != null) {
            throw new AssertionError("a connection carries one call at a time");
        }
        exchange = fresh;
        reusable = false;
        channel.writeAndFlush(fresh.request.toNetty()).addListener(result -> {
            if (!result.isSuccess()) {
                fail(new IOException("the request could not be sent", result.cause()));
            }
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (part.decoderResult().isFailure()) {
            fail(new IOException(
                    "the parent's answer is not HTTP", part.decoderResult().cause()));
            return;
        }
        if (exchange == null) {
            // an answer that nobody asked for
            close();
            return;
        }
        if (part instanceof HttpResponse head) {
            exchange.head = head;
        }
        if (part instanceof HttpContent content) {
            append(exchange, content.content());
        }
        if (part instanceof LastHttpContent) {
            complete();
        }
    }

    private void append(Exchange current, ByteBuf content) {
        if (current.body.size() + content.readableBytes() > LARGEST_BODY_BYTES) {
            fail(new IOException("the parent's answer is longer than " + LARGEST_BODY_BYTES + " bytes"));
            return;
        }
        try {
            content.readBytes(current.body, content.readableBytes());
        } catch (IOException e) {
            throw new IllegalStateException("an array can always be written to", e);
        }
    }

    private void complete() {
        Exchange done = exchange;
        if (done == null || done.head == null) {
            return;
        }
        HttpResponse head = done.head;
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            // the answer proper follows
            done.head = null;
            return;
        }
        exchange = null;
        reusable = HttpUtil.isKeepAlive(head);
        Map<String, String> headers = new HashMap<>();
        head.headers()
                .forEach(header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        done.reply.complete(new HttpReply(head.status().code(), headers, done.body.toByteArray()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Exchange lost = exchange;
        if (lost != null) {
            fail(
                    lost.head == null
                            ? new ClosedEarlyException(lost.request, true)
                            : new IOException("the parent closed the connection in the middle of its answer"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(new IOException("the connection failed", cause));
    }

    private void fail(IOException failure) {
        Exchange failed = exchange;
        exchange = null;
        reusable = false;
        if (failed != null) {
            failed.reply.completeExceptionally(failure);
        }
        close();
    }
}
