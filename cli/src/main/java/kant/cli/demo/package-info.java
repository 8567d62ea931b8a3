/** The demo: the whole loop on one machine, on real input. */
@NullMarked
package kant.cli.demo;

import org.jspecify.annotations.NullMarked;
