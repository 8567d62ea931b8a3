/**
 * Campaigns against the Edge Hub's real program: it is killed under load, its disk fills up, a million messages wait in it. What
 * senders and readers saw is judged by {@link kant.testkit.history.History}, which does not ask the hub. A few rounds run with
 * every build; {@code campaign/crash}, {@code campaign/million} run as many as wanted. Read
 * {@link kant.conformance.crash.CrashCampaign} first.
 */
@NullMarked
package kant.conformance.crash;

import org.jspecify.annotations.NullMarked;
