package kant.cli.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteTestCommandTest {
    private static final String ROUTE = "FROM /messages/modules/m/* WHERE $body.t > 20 INTO $upstream";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private String failure = "";

    private int run(String messages, String... arguments) {
        var in = new ByteArrayInputStream(messages.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        var line = RouteCommand.commandLine(in, new PrintStream(printed, true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((e, _, _) -> {
            failure = e.getMessage();
            return 1;
        });
        String[] all = new String[arguments.length + 1];
        all[0] = "test";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.execute(all);
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_message_that_is_taken_shows_where_to_and_its_values() {
        String message = "{'module':'m','output':'o','body':{'t':21},"
                + "'systemProperties':{'contentType':'application/json','contentEncoding':'utf-8'}}\n";

        assertThat(run(message, "--route", ROUTE, "--messages", "-")).isZero();
        assertThat(output()).isEqualTo("""
                        message 1 from /messages/modules/m/outputs/o
                          ✓ route: taken, into iothub
                              $body.t is 21 (line 1, columns 34-41)
                        """);
    }

    @Test
    void one_that_is_not_taken_shows_why_and_gives_3() {
        String messages = "{'module':'m','body':{'t':21}}\n\n{'device':'leaf'}\n";

        assertThat(run(messages, "--route", ROUTE, "--messages", "-")).isEqualTo(3);
        assertThat(output())
                .contains("✗ route: the condition is undefined, because of $body.t")
                .contains("$body.t is undefined (line 1, columns 34-41): content type is not set, not application/json")
                .contains("message 3 from /messages\n  ✗ route: the message is from elsewhere");
    }

    @Test
    void a_condition_alone_sees_properties_and_the_twin() {
        String messages = "{'properties':{'level':'hot'},'twin':{'desired':{'site':'north'}}}\n";

        assertThat(run(
                        messages,
                        "--condition",
                        "level = 'hot' and $twin.properties.desired.site = 'north'",
                        "--messages",
                        "-"))
                .isZero();
        assertThat(output()).contains("✓ condition: taken").contains("level is 'hot'");
    }

    @Test
    void json_is_one_object_a_message() {
        assertThat(run("{'properties':{'a':'1'}}\n", "--condition", "b = '1'", "--messages", "-", "--json"))
                .isEqualTo(3);
        assertThat(output())
                .isEqualTo("{'message':1,'source':'/messages','routes':[{'route':'condition','condition':'b = '1'',"
                                .replace("'b = '1''", "\"b = X1X\"")
                                .replace('\'', '"')
                                .replace('X', '\'')
                        + "\"match\":false,\"verdict\":\"undefined\",\"values\":[{\"text\":\"b\",\"value\":\"undefined\","
                        + "\"why\":\"the message has no application property of this name\",\"line\":1,\"column\":1,"
                        + "\"endColumn\":2}]}],\"taken\":false}\n");
    }

    @Test
    void all_routes_of_a_manifest_are_tried() throws IOException {
        Path file = directory.resolve("manifest.json");
        Files.writeString(file, """
                {"modulesContent": {"$edgeHub": {
                  "properties.desired": {"routes": {
                    "up": "FROM /messages/* INTO $upstream",
                    "hot": {"route": "FROM /messages/* WHERE level = 'hot' INTO BrokeredEndpoint('/modules/f/inputs/i')",
                            "priority": 1}}},
                  "properties.desired.routes.layered": "FROM /messages/modules/* INTO $upstream"}}}
                """);

        assertThat(run("{'properties':{'level':'hot'}}", "--manifest", file.toString(), "--messages", "-"))
                .isZero();
        assertThat(output().lines().filter(line -> line.startsWith("  ✓") || line.startsWith("  ✗")))
                .containsExactly(
                        "  ✓ up: taken, into iothub",
                        "  ✓ hot: taken, into edge/f/i",
                        "  ✗ layered: the message is from elsewhere");
    }

    @Test
    void without_messages_it_is_only_compiled() {
        assertThat(run("", "--route", "FROM /messages/* INTO $upstream")).isZero();
        assertThat(output()).isEqualTo("route: compiles, into iothub where true\n");
    }

    @Test
    void what_does_not_compile_or_cannot_be_read_gives_1_and_a_sentence() {
        assertThat(run("", "--condition", "temperature > 20")).isEqualTo(1);
        assertThat(failure).contains("line 1, columns 13-14: Invalid operands").contains("as_number(x)");
        for (String bad :
                List.of("{", "[]", "{'bodi':1}", "{'properties':{'a':{}}}", "{'twin':1}", "{'bodyBase64':'*'}")) {
            assertThat(run(bad, "--condition", "true", "--messages", "-"))
                    .as(bad)
                    .isEqualTo(1);
            assertThat(failure).contains("line 1 of the messages");
        }
        assertThat(run(
                        "",
                        "--route",
                        ROUTE,
                        "--messages",
                        directory.resolve("none").toString()))
                .isEqualTo(1);
    }

    @Test
    void exactly_one_thing_is_tried() {
        assertThat(run("")).isEqualTo(2);
        assertThat(run("", "--route", ROUTE, "--condition", "true")).isEqualTo(2);
    }
}
