/** What {@code bench/conditions} measures: one question asked of one message, again and again on one thread. */
@NullMarked
package kant.bench.condition;

import org.jspecify.annotations.NullMarked;
