/** A world that only moves when a test says so, and a parent that does what a test says. */
@NullMarked
package kant.edgehub.fake;

import org.jspecify.annotations.NullMarked;
