/** Expected refusals: every no a client or an operator can get, with its reason. */
@NullMarked
package kant.model.error;

import org.jspecify.annotations.NullMarked;
