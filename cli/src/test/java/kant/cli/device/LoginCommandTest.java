package kant.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against a socket that takes one request and answers as the daemon does. */
@Timeout(30)
class LoginCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private ServerSocketChannel daemon;
    private CompletableFuture<String> asked;

    @BeforeEach
    void start() throws IOException {
        Path pointers = Files.createDirectories(folder.resolve("edges"));
        Files.writeString(pointers.resolve("one"), folder + "/data\n" + folder);
        daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        daemon.bind(UnixDomainSocketAddress.of(folder.resolve("mgmt.sock")));
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    @Test
    void the_password_comes_from_standard_input_and_is_not_repeated() throws Exception {
        answer("200 OK", "{\"serveraddress\":\"r.io\",\"checked\":true}");

        int code = login("sesame\n", "r.io", "-u", "team", "--password-stdin");

        assertThat(code).isZero();
        assertThat(asked.get(10, TimeUnit.SECONDS))
                .startsWith("POST /registries?")
                .endsWith("{\"username\":\"team\",\"password\":\"sesame\",\"serveraddress\":\"r.io\"}");
        assertThat(said.toString(StandardCharsets.UTF_8)).isEqualTo("logged in to r.io\n");
    }

    @Test
    void a_login_that_nobody_could_check_says_so() throws Exception {
        answer("200 OK", "{\"serveraddress\":\"r.io\",\"checked\":false,\"reason\":\"connection refused\"}");

        assertThat(login("sesame", "r.io", "-u", "team", "--password-stdin")).isZero();

        assertThat(said.toString(StandardCharsets.UTF_8))
                .isEqualTo("credentials for r.io are kept, unchecked: connection refused\n");
    }

    @Test
    void a_refusal_is_told_without_the_password() throws Exception {
        answer("401 Unauthorized", "{\"message\":\"incorrect username or password\"}");

        assertThat(login("sesame", "r.io", "-u", "team", "--password-stdin")).isEqualTo(1);

        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("not logged in to \"r.io\": incorrect username or password")
                .doesNotContain("sesame");
    }

    @Test
    void without_a_terminal_the_way_out_is_told() throws Exception {
        assertThat(login("", "r.io", "-u", "team")).isEqualTo(1);

        assertThat(said.toString(StandardCharsets.UTF_8)).contains("no terminal to ask at; use --password-stdin");
    }

    private int login(String input, String... arguments) {
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new CommandLine(new LoginCommand(new Installation(folder, folder), in, out))
                .setExecutionExceptionHandler((e, _, _) -> {
                    if (e instanceof CliException) {
                        out.println(e.getMessage());
                        return 1;
                    }
                    throw e;
                })
                .execute(arguments);
    }

    private void answer(String status, String body) {
        asked = CompletableFuture.supplyAsync(() -> {
            try (var client = daemon.accept()) {
                InputStream in = Channels.newInputStream(client);
                var request = new StringBuilder();
                while (!request.toString().endsWith("}")) {
                    request.append((char) in.read());
                }
                String text = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
                client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
                return request.toString();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
