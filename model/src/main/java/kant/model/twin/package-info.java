/** Twins, patches and direct methods. */
@NullMarked
package kant.model.twin;

import org.jspecify.annotations.NullMarked;
