/** The module simulated-temperature-sensor: a machine that warms up, as the well-known sample has it. */
@NullMarked
package kant.modules.sensor;

import org.jspecify.annotations.NullMarked;
