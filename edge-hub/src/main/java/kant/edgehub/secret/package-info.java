/**
 * The hub's own key, its server certificate and what it trusts: from the daemon's workload API, or from files for development.
 * Read {@link kant.edgehub.secret.HubSecrets} first. Everything here blocks, and is for virtual threads and for {@code Main}.
 */
@NullMarked
package kant.edgehub.secret;

import org.jspecify.annotations.NullMarked;
