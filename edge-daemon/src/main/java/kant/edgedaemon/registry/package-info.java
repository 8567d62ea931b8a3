/**
 * What {@code kant login} leaves: credentials by registry, for images whose deployment brings none. Start with {@link
 * kant.edgedaemon.registry.RegistryLogins}.
 */
@NullMarked
package kant.edgedaemon.registry;

import org.jspecify.annotations.NullMarked;
