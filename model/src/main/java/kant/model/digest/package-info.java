/** Digests by which contents are told apart. */
@NullMarked
package kant.model.digest;

import org.jspecify.annotations.NullMarked;
