/**
 * The module identities of this device in the parent's registry, and what is remembered of them for starts without a network. Start
 * with {@link kant.edgedaemon.identity.Identities}.
 */
@NullMarked
package kant.edgedaemon.identity;

import org.jspecify.annotations.NullMarked;
