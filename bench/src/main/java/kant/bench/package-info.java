/**
 * Measures the real programs from the outside, one command per figure, each beside a peer in the same run. Figures of one
 * machine say little; their ratios are what counts. Start with {@link kant.bench.Main}.
 */
@NullMarked
package kant.bench;

import org.jspecify.annotations.NullMarked;
