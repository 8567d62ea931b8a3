/** Shared access policies: the keys that services, and not devices, show. Made at the first start, kept in the database. */
@NullMarked
package kant.iothub.policy;

import org.jspecify.annotations.NullMarked;
