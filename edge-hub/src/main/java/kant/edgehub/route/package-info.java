/**
 * The hub's configuration: the desired properties of {@code $edgeHub}, parsed, checked whole, and applied or refused
 * (device-protocols.md §5.1). Read {@link kant.edgehub.route.ConfigurationParser} first; {@link
 * kant.edgehub.route.CurrentConfiguration} holds the one that is in force and remembers the last good one on disk.
 */
@NullMarked
package kant.edgehub.route;

import org.jspecify.annotations.NullMarked;
