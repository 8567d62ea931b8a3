/** The module host-metrics: what this machine itself says of its load, memory, disk and temperature. */
@NullMarked
package kant.modules.hostmetrics;

import org.jspecify.annotations.NullMarked;
