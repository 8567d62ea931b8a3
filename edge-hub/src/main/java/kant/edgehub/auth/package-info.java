/**
 * Who may connect. Read {@link kant.edgehub.auth.Authenticator} first: it decides from the scope cache, and asks the parent
 * only for an identity it does not know or whose key seems to have changed. The cache is on disk, so that known clients get
 * in with no parent in sight. Checks run on event loops, questions to the parent on virtual threads.
 */
@NullMarked
package kant.edgehub.auth;

import org.jspecify.annotations.NullMarked;
