/** Opens the package's own parts to the fuzz targets. */
@NullMarked
package kant.protocol.web;

import org.jspecify.annotations.NullMarked;
