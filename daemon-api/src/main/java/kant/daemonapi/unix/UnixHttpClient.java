package kant.daemonapi.unix;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kant.daemonapi.unix.UnixRequest.Body;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over a unix socket, one connection per call, blocking: call it on a virtual thread. An interrupt of the calling thread
 * ends the call with an {@link IOException}.
 */
public final class UnixHttpClient {
    private static final int MAX_BODY_BYTES = 16 * 1024 * 1024;
    private static final int MAX_HEADERS = 200;
    private static final int COPY_BYTES = 64 * 1024;

    private final Path socket;
    private final Tasks tasks;

    /** @param tasks runs the limits' alarms */
    public UnixHttpClient(Path socket, Tasks tasks) {
        this.socket = socket;
        this.tasks = tasks;
    }

    /** The socket it dials. */
    public Path socket() {
        return socket;
    }

    /**
     * Calls and reads the whole answer, at most 16 MiB.
     *
     * @param limit for all of it, after which the call fails with {@link SocketTimeoutException}
     */
    public UnixReply call(UnixRequest request, Duration limit) throws IOException {
        return limited(request, limit, channel -> {
            UnixResponse response = exchange(channel, request);
            byte[] body = response.body().readNBytes(MAX_BODY_BYTES + 1);
            channel.close();
            if (body.length > MAX_BODY_BYTES) {
                throw new IOException("the answer to " + request.method() + " " + request.target() + " is longer than "
                        + MAX_BODY_BYTES + " bytes");
            }
            return new UnixReply(response.status(), response.headers(), body);
        });
    }

    /**
     * Calls and returns when the answer's head is there; the body is read by the caller, who closes the response.
     *
     * @param limit until the head is there
     */
    public UnixResponse open(UnixRequest request, Duration limit) throws IOException {
        return limited(request, limit, channel -> exchange(channel, request));
    }

    private interface Step<T> {
        T run(SocketChannel channel) throws IOException;
    }

    private <T> T limited(UnixRequest request, Duration limit, Step<T> step) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        var alarm = new Alarm(channel);
        Tasks.Cancellable cancel = tasks.after(limit, "limit of a call on " + socket.getFileName(), alarm);
        try {
            T result = step.run(connected(channel));
            if (alarm.rang()) {
                throw timeout(request, limit, null);
            }
            return result;
        } catch (IOException e) {
            channel.close();
            throw alarm.rang() ? timeout(request, limit, e) : e;
        } finally {
            cancel.cancel();
        }
    }

    private SocketTimeoutException timeout(UnixRequest request, Duration limit, @Nullable IOException cause) {
        var timeout = new SocketTimeoutException("no answer on \"" + socket + "\" to " + request.method() + " "
                + request.target().split("\\?", 2)[0] + " within " + limit.toMillis() + " ms");
        timeout.initCause(cause);
        return timeout;
    }

    private SocketChannel connected(SocketChannel channel) throws IOException {
        try {
            channel.connect(SocketPath.address(socket));
            return channel;
        } catch (IOException e) {
            throw new IOException("cannot connect to \"" + socket + "\": " + e.getMessage(), e);
        }
    }

    private UnixResponse exchange(SocketChannel channel, UnixRequest request) throws IOException {
        send(channel, request);
        var in = new BufferedInputStream(Channels.newInputStream(channel), COPY_BYTES / 4);
        int status = status(BodyStreams.line(in));
        Map<String, String> headers = headers(in);
        return new UnixResponse(status, headers, new ClosingChannel(body(in, status, headers), channel));
    }

    private static void send(SocketChannel channel, UnixRequest request) throws IOException {
        var head = new StringBuilder(request.method() + " " + request.target() + " HTTP/1.1\r\nHost: localhost\r\n");
        head.append("Connection: close\r\n");
        request.headers()
                .forEach((name, value) -> head.append(name)
                        .append(": ")
                        .append(value.replaceAll("[\r\n]", " "))
                        .append("\r\n"));
        Body body = request.body();
        if (body != null || !request.method().equals("GET")) {
            head.append("Content-Length: ")
                    .append(body == null ? 0 : body.length())
                    .append("\r\n");
        }
        byte[] headBytes = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        if (body == null) {
            write(channel, headBytes, headBytes.length);
        } else if (body.length() <= COPY_BYTES) {
            writeWhole(channel, headBytes, body);
        } else {
            write(channel, headBytes, headBytes.length);
            copy(channel, body);
        }
    }

    private static void writeWhole(SocketChannel channel, byte[] head, Body body) throws IOException {
        byte[] all = Arrays.copyOf(head, head.length + (int) body.length());
        int read = body.stream().readNBytes(all, head.length, (int) body.length());
        if (read < body.length()) {
            throw new IOException("the request's body is shorter than announced");
        }
        write(channel, all, all.length);
    }

    private static void copy(SocketChannel channel, Body body) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        for (int n = body.stream().read(buffer); n >= 0; n = body.stream().read(buffer)) {
            write(channel, buffer, n);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("\\d{3}")) {
            throw new IOException("the answer does not begin with an HTTP status line");
        }
        return Integer.parseInt(words[1]);
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = BodyStreams.line(in); !line.isEmpty(); line = BodyStreams.line(in)) {
            int colon = line.indexOf(':');
            if (colon <= 0 || headers.size() >= MAX_HEADERS) {
                throw new IOException("the answer has a malformed header, or more than " + MAX_HEADERS);
            }
            headers.put(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return Map.copyOf(headers);
    }

    private static InputStream body(InputStream in, int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return InputStream.nullInputStream();
        }
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return new BodyStreams.Chunked(in);
        }
        String length = headers.get("content-length");
        if (length == null) {
            return in;
        }
        try {
            return new BodyStreams.Counted(in, Long.parseLong(length));
        } catch (NumberFormatException e) {
            throw new IOException("the answer has a malformed Content-Length", e);
        }
    }

    /** Closes the connection when a call takes too long. */
    private static final class Alarm implements Runnable {
        private final SocketChannel channel;
        private volatile boolean rang;

        Alarm(SocketChannel channel) {
            this.channel = channel;
        }

        boolean rang() {
            return rang;
        }

        @Override
        public void run() {
            rang = true;
            try {
                channel.close();
            } catch (IOException _) {
                // the reader sees the closed channel either way
            }
        }
    }

    /** A body that closes its connection, not only its buffers: the buffers' locks may be held by a blocked reader. */
    private static final class ClosingChannel extends FilterInputStream {
        private final SocketChannel channel;

        ClosingChannel(InputStream in, SocketChannel channel) {
            super(in);
            this.channel = channel;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            return in.read(b, off, len);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
