/**
 * Which images may run: the signature policy of {@code config.toml}, its keys, and how a signature is checked (docs/formats.md,
 * "Image signatures").
 */
@NullMarked
package kant.edgedaemon.image;

import org.jspecify.annotations.NullMarked;
