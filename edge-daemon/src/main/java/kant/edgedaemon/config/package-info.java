/**
 * Reads {@code config.toml}, the super-config of reference/daemon.md §4.2 with our {@code [kant]} table, into one record; names
 * every mistake at once and every unknown key. Start with {@link kant.edgedaemon.config.ConfigFile}.
 */
@NullMarked
package kant.edgedaemon.config;

import org.jspecify.annotations.NullMarked;
