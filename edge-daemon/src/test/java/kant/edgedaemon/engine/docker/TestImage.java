package kant.edgedaemon.engine.docker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixRequest;
import kant.world.Tasks;

/** An image with busybox in it, made without any registry. */
public final class TestImage {
    public static final String NAME = "kant-test/busybox:1";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int BLOCK = 512;
    private static final List<Path> BUSYBOX = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));

    private TestImage() {}

    /** Makes the engine have it; does nothing where it does. */
    public static void load(Path engineSocket, Tasks tasks) throws IOException {
        var engine = new UnixHttpClient(engineSocket, tasks);
        if (engine.call(UnixRequest.of("GET", "/images/kant-test%2Fbusybox:1/json"), LIMIT)
                        .status()
                == 200) {
            return;
        }
        byte[] tar = tar("");
        engine.call(
                        new UnixRequest(
                                "POST",
                                "/images/create?fromSrc=-&repo=kant-test%2Fbusybox:1&changes=CMD%20%5B%22%2Fbin%2Fsh%22%5D",
                                java.util.Map.of("Content-Type", "application/x-tar"),
                                new UnixRequest.Body(tar.length, new ByteArrayInputStream(tar))),
                        LIMIT)
                .orThrow();
    }

    /** Its only layer. @param mark content of a file in it, which makes it another image */
    static byte[] tar(String mark) throws IOException {
        Path busybox = BUSYBOX.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this test needs busybox: apt-get install busybox-static"));
        var tar = new ByteArrayOutputStream();
        entry(tar, "bin/busybox", Files.readAllBytes(busybox), "");
        for (String applet : List.of("sh", "sleep", "cat", "echo", "env", "nc", "ls")) {
            entry(tar, "bin/" + applet, new byte[0], "busybox");
        }
        if (!mark.isEmpty()) {
            entry(tar, "mark", mark.getBytes(StandardCharsets.UTF_8), "");
        }
        tar.write(new byte[2 * BLOCK]);
        return tar.toByteArray();
    }

    /** One ustar entry: a file, or a symbolic link where the target is not empty. */
    private static void entry(ByteArrayOutputStream tar, String name, byte[] content, String target) {
        byte[] head = new byte[BLOCK];
        put(head, 0, name);
        put(head, 100, "0000755");
        put(head, 108, "0000000");
        put(head, 116, "0000000");
        put(head, 124, String.format("%011o", content.length));
        put(head, 136, "00000000000");
        put(head, 148, "        ");
        put(head, 156, target.isEmpty() ? "0" : "2");
        put(head, 157, target);
        put(head, 257, "ustar\00000");
        int sum = 0;
        for (byte b : head) {
            sum += b & 0xff;
        }
        put(head, 148, String.format("%06o", sum));
        head[154] = 0;
        tar.writeBytes(head);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }
}
