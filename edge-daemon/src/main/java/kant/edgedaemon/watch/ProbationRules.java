package kant.edgedaemon.watch;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether and how long a new agent is on probation; the agent's own settings for deployments.
 *
 * @param rollback false for the original's way: a new agent that does not come up is started again and again
 */
public record ProbationRules(boolean rollback, Duration probation) {
    private static final long DEFAULT_SECONDS = 120;

    /** From the environment that the configuration gives the agent, which names what is wrong in it when it starts. */
    public static ProbationRules of(Map<String, String> agentEnvironment) {
        var environment = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        environment.putAll(agentEnvironment);
        return new ProbationRules(
                !environment.getOrDefault("KANT_ROLLBACK", "true").equalsIgnoreCase("false"),
                Duration.ofSeconds(seconds(environment.getOrDefault("KANT_PROBATION_SECS", ""))));
    }

    private static long seconds(String text) {
        return text.matches("[1-9]\\d{0,4}") ? Long.parseLong(text) : DEFAULT_SECONDS;
    }
}
