package kant.edgedaemon.engine.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import kant.world.Tasks;

/**
 * A registry that serves one image (Docker Registry HTTP API V2, as much as a pull needs) and misbehaves on demand. It speaks plain
 * HTTP, which engines accept from this machine.
 */
final class FaultyRegistry implements AutoCloseable {
    /** What it does instead of serving. */
    enum Mood {
        WELL,
        /** It takes the connection and says nothing. */
        SILENT,
        /** It sends half of a layer, and then nothing more. */
        STALLING,
        /** It sends half of a layer and hangs up. */
        TRUNCATING,
        UNAUTHORIZED,
        TOO_MANY_REQUESTS,
        BROKEN
    }

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private static final int TLS_HANDSHAKE = 0x16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerSocket server;
    private final Tasks tasks;
    private final Map<String, byte[]> blobs = new TreeMap<>();
    private final byte[] manifest;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger manifestsAsked = new AtomicInteger();
    private volatile Mood mood = Mood.WELL;

    /** @param mark makes the image another one than that of other registries */
    FaultyRegistry(String mark, Tasks tasks) throws IOException {
        this.tasks = tasks;
        this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        byte[] tar = TestImage.tar(mark);
        byte[] layer = gzip(tar);
        byte[] config = json("""
                {"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sh"]},
                 "rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(digest(tar)));
        blobs.put(digest(layer), layer);
        blobs.put(digest(config), config);
        manifest = json(
                """
                {"schemaVersion":2,"mediaType":"%s",
                 "config":{"mediaType":"%s","size":%d,"digest":"%s"},
                 "layers":[{"mediaType":"%s","size":%d,"digest":"%s"}]}""".formatted(MANIFEST, CONFIG, config.length, digest(config), LAYER, layer.length, digest(layer)));
        tasks.spawn("registry", this::accept);
    }

    String host() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    String image() {
        return host() + "/team/app:1";
    }

    /** From now on, until told otherwise. */
    void be(Mood next) {
        left.set(Integer.MAX_VALUE);
        mood = next;
    }

    /** For so many manifests; well afterwards. */
    void be(Mood next, int times) {
        left.set(times);
        mood = next;
    }

    /** How often its manifest was asked for. */
    int manifestsAsked() {
        return manifestsAsked.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                tasks.spawn("registry connection", () -> serve(socket));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var bytes = new PushbackInputStream(socket.getInputStream());
            int first = bytes.read();
            if (first < 0 || first == TLS_HANDSHAKE) {
                return; // engines try TLS first
            }
            bytes.unread(first);
            var in = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String header = line;
                while (header != null && !header.isEmpty()) {
                    header = in.readLine();
                }
                String[] words = line.split(" ");
                answer(socket, words[0].equals("HEAD"), words[1]);
            }
        } catch (IOException _) {
            // the engine hung up, or the registry vanished
        } finally {
            open.remove(socket);
        }
    }

    private void answer(Socket socket, boolean headOnly, String path) throws IOException {
        if (path.contains("/manifests/")) {
            manifest(socket, headOnly);
        } else if (path.contains("/blobs/")) {
            blob(socket, headOnly, path.substring(path.lastIndexOf('/') + 1));
        } else {
            write(socket, false, "200 OK", "application/json", "", "{}".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void manifest(Socket socket, boolean headOnly) throws IOException {
        Mood now = left.get() > 0 ? mood : Mood.WELL;
        if (!headOnly) {
            manifestsAsked.incrementAndGet();
            left.decrementAndGet();
        }
        switch (now) {
            case SILENT -> hang(socket);
            case UNAUTHORIZED ->
                refuse(socket, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"team\"\r\n", "UNAUTHORIZED");
            case TOO_MANY_REQUESTS -> refuse(socket, "429 Too Many Requests", "Retry-After: 1\r\n", "TOOMANYREQUESTS");
            case BROKEN -> refuse(socket, "500 Internal Server Error", "", "UNKNOWN");
            case WELL, STALLING, TRUNCATING ->
                write(
                        socket,
                        headOnly,
                        "200 OK",
                        MANIFEST,
                        "Docker-Content-Digest: " + digest(manifest) + "\r\n",
                        manifest);
        }
    }

    private void refuse(Socket socket, String status, String header, String code) throws IOException {
        byte[] body = json("{\"errors\":[{\"code\":\"%s\",\"message\":\"as told by the test\"}]}".formatted(code));
        write(socket, false, status, "application/json", header, body);
    }

    private void blob(Socket socket, boolean headOnly, String digest) throws IOException {
        byte[] blob = blobs.getOrDefault(digest, new byte[0]);
        boolean whole = headOnly || blob.length < 10_000 || mood != Mood.STALLING && mood != Mood.TRUNCATING;
        if (whole) {
            write(socket, headOnly, "200 OK", "application/octet-stream", "", blob);
            return;
        }
        head(socket, "200 OK", "application/octet-stream", "", blob.length);
        socket.getOutputStream().write(Arrays.copyOf(blob, blob.length / 2));
        socket.getOutputStream().flush();
        if (mood == Mood.STALLING) {
            hang(socket);
        } else {
            socket.close();
        }
    }

    /** Until the other side hangs up. */
    private static void hang(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // whatever it has to say
        }
    }

    private static void write(Socket socket, boolean headOnly, String status, String type, String headers, byte[] body)
            throws IOException {
        head(socket, status, type, headers, body.length);
        if (!headOnly) {
            socket.getOutputStream().write(body);
        }
        socket.getOutputStream().flush();
    }

    private static void head(Socket socket, String status, String type, String headers, int length) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nDocker-Distribution-Api-Version: registry/2.0\r\nContent-Type: "
                + type + "\r\nContent-Length: " + length + "\r\n" + headers + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    /** Vanishes: open connections break, new ones are refused. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private static byte[] json(String text) throws IOException {
        JsonNode tree = JSON.readTree(text);
        return JSON.writeValueAsBytes(tree);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes);
        }
        return zipped.toByteArray();
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
