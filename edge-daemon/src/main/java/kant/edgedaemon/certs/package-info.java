/** The device CA, made at the first start and renewed in time, and the certificates it gives to modules. */
@NullMarked
package kant.edgedaemon.certs;

import org.jspecify.annotations.NullMarked;
