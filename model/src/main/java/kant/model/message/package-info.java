/** Messages, where they go, and how they fare. */
@NullMarked
package kant.model.message;

import org.jspecify.annotations.NullMarked;
