/** The one place through which time, chance, tasks and disk are reached, so that everything else can be simulated. */
@NullMarked
package kant.world;

import org.jspecify.annotations.NullMarked;
