/**
 * What the daemon knows of images, whichever engine holds them: which may run (the signature policy of {@code config.toml}, its keys, how a
 * signature is checked; docs/formats.md, "Image signatures"), what a pull may cost, which were pulled by us and when they may go.
 */
@NullMarked
package kant.edgedaemon.image;

import org.jspecify.annotations.NullMarked;
