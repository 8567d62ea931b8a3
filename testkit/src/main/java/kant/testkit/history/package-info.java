/**
 * What senders and readers saw, judged without asking the hub: is everything there that was acknowledged, in order, and is every
 * repeat explained? Campaigns that kill, cut and fill record into a {@link kant.testkit.history.History} while they run and ask
 * for its {@link kant.testkit.history.Verdict} at the end. Safe for any thread, a few bits for each message. Read
 * {@link kant.testkit.history.History} first.
 */
@NullMarked
package kant.testkit.history;

import org.jspecify.annotations.NullMarked;
