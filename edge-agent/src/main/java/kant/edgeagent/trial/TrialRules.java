package kant.edgeagent.trial;

import java.time.Duration;

/**
 * Whether and how long deployments are on trial.
 *
 * @param rollback false for the original's way: a deployment that makes modules fail stays
 * @param probation how long the changed modules must run without a restart
 */
public record TrialRules(boolean rollback, Duration probation) {}
