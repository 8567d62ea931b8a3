/**
 * Container images of our own programs, made on the machine that runs them: no registry is asked. Read
 * {@link kant.cli.image.EngineImages} first.
 */
@NullMarked
package kant.cli.image;

import org.jspecify.annotations.NullMarked;
