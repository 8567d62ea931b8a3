/** Who a client or a module is, as the registry knows it. */
@NullMarked
package kant.model.identity;

import org.jspecify.annotations.NullMarked;
