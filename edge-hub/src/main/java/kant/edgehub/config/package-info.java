/**
 * The hub's settings: one record read from the environment at start, with the original's names and defaults
 * (device-protocols.md §6.2) and ours under {@code KANT_}. Read {@link kant.edgehub.config.EdgeHubConfig} first. Nothing here
 * touches a file or a socket, except the {@code dev} files that {@code Main} reads.
 */
@NullMarked
package kant.edgehub.config;

import org.jspecify.annotations.NullMarked;
