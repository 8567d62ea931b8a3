/** What a client shows to prove who it is, and the SAS token rules. */
@NullMarked
package kant.model.auth;

import org.jspecify.annotations.NullMarked;
