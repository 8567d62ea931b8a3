/**
 * The simulated world: a clock that stands still until told, a disk that loses, tears, fills and fails on purpose, and seeds
 * that replay a run exactly.
 */
@NullMarked
package kant.testkit.sim;

import org.jspecify.annotations.NullMarked;
