package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A module that ends, hangs or eats, under a restart policy, and what must be reported of it when nothing more happens.
 *
 * @param script of the module
 * @param options beside the script
 * @param status that stays
 */
record Ending(
        String module,
        String policy,
        String script,
        String options,
        String status,
        int exitCode,
        int restarts,
        String description) {

    private static final String HANGS = "its health check fails";
    private static final String ATE = "out of memory: killed at its limit";
    private static final String WAITS = "trap 'exit 0' TERM; /bin/busybox sleep 100000 & wait";
    private static final String DEAF = "trap '' TERM; while :; do /bin/busybox sleep 0.2; done";
    private static final String FAILING =
            ",\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"exit 1\"],\"Interval\":200000000,\"Retries\":1}";
    private static final String EATS = "exec /bin/busybox tail /dev/zero";
    private static final String LITTLE_MEMORY = "{\"HostConfig\":{\"Memory\":25165824}}";

    /** Removes a file or makes it, in turns, and finds the module well when it made it. */
    private static final String FLAPS = "if [ -e flap ]; then /bin/busybox rm flap; exit 1; else : > flap; fi";

    /**
     * All ways.
     *
     * @param most after so many restarts the agent gives up
     */
    static List<Ending> all(int most) {
        return List.of(
                exits("zero-never", "never", 0, "stopped", 0),
                exits("zero-always", "always", 0, "failed", most),
                exits("one-never", "never", 1, "failed", 0),
                exits("one-on-failure", "on-failure", 1, "failed", most),
                exits("last-on-unhealthy", "on-unhealthy", 255, "failed", most),
                exits("last-always", "always", 255, "failed", most),
                checked("hangs-never", "never", "exit 1", "unhealthy", 0, HANGS),
                checked("hangs-on-failure", "on-failure", "exit 1", "unhealthy", 0, HANGS),
                checked("hangs-on-unhealthy", "on-unhealthy", "exit 1", "failed", most, HANGS),
                checked("flaps-always", "always", FLAPS, "running", 0, ""),
                new Ending("eats-never", "never", EATS, LITTLE_MEMORY, "failed", 137, 0, ATE),
                new Ending("eats-on-failure", "on-failure", EATS, LITTLE_MEMORY, "failed", 137, most, ATE),
                deaf("deaf", "", "running", 0, ""),
                deaf("deaf-and-hangs", FAILING, "failed", most, HANGS));
    }

    private static Ending exits(String module, String policy, int code, String status, int restarts) {
        return new Ending(module, policy, "exit " + code, "{}", status, code, restarts, "");
    }

    private static Ending checked(
            String module, String policy, String check, String status, int restarts, String description) {
        String options = """
                {"Healthcheck":{"Test":["CMD-SHELL","%s"],"Interval":200000000,"Timeout":2000000000,"Retries":2}}""".formatted(check);
        return new Ending(module, policy, WAITS, options, status, 0, restarts, description);
    }

    /** A module that does not hear SIGTERM and has a second to end. */
    private static Ending deaf(String module, String check, String status, int restarts, String description) {
        String options = "{\"StopTimeout\":1" + check + "}";
        return new Ending(module, "on-unhealthy", DEAF, options, status, 0, restarts, description);
    }

    /** The deployment with this module beside what it has. */
    Deployment in(Deployment deployment, String image) {
        ObjectNode all = Deployment.object(options);
        all.putArray("Entrypoint").add("/bin/sh").add("-c");
        all.putArray("Cmd").add(script);
        ObjectNode fresh = Deployment.object("""
                {"type": "docker", "status": "running", "restartPolicy": "%s", "imagePullPolicy": "never", "settings": {"image": "%s"}}
                """.formatted(policy, image));
        fresh.withObject("settings").put("createOptions", all.toString());
        return deployment.set("/modules/" + module, fresh.toString());
    }

    boolean isWithoutMemory() {
        return description.equals(ATE);
    }

    /** The same where the engine has not noticed why. */
    Ending unnoticed() {
        return new Ending(module, policy, script, options, status, exitCode, restarts, "");
    }

    /** Whether it has come to what stays. */
    boolean ended(JsonNode reported) {
        JsonNode is = AgentDevice.module(reported, module);
        return is.path("runtimeStatus").asText().equals(status)
                && is.path("restartCount").asInt() == restarts;
    }

    /** Whether a description is there if there shall be one. */
    boolean isDescribed(JsonNode reported) {
        String text =
                AgentDevice.module(reported, module).path("statusDescription").asText("");
        return text.isEmpty() == description.isEmpty();
    }

    void assertReported(JsonNode reported) {
        JsonNode is = AgentDevice.module(reported, module);
        assertThat(is.path("runtimeStatus").asText()).as(module).isEqualTo(status);
        assertThat(is.path("restartCount").asInt()).as("restarts of %s", module).isEqualTo(restarts);
        assertThat(is.path("exitCode").asInt()).as("exit code of %s", module).isEqualTo(exitCode);
        assertThat(is.path("statusDescription").asText(""))
                .as("description of %s", module)
                .startsWith(description)
                .satisfies(text -> assertThat(text.isEmpty()).isEqualTo(description.isEmpty()));
    }
}
