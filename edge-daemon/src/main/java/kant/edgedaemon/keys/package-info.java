/**
 * The device's own symmetric keys: the master from which module keys are derived, and the one that encrypts for modules. Keys are
 * used through {@link kant.edgedaemon.keys.ModuleKeys} and {@link kant.edgedaemon.keys.ModuleCipher}, which never give them out.
 */
@NullMarked
package kant.edgedaemon.keys;

import org.jspecify.annotations.NullMarked;
