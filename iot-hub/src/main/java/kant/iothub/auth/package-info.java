/**
 * Who may come in: {@link kant.iothub.auth.Authenticator} decides for devices and modules, by key, by policy, by certificate, and
 * for an edge hub that acts on behalf of those below it. Blocks: the registry is on disk.
 */
@NullMarked
package kant.iothub.auth;

import org.jspecify.annotations.NullMarked;
