/** The kant command: one class a command, and what they share to find and start programs. */
@NullMarked
package kant.cli;

import org.jspecify.annotations.NullMarked;
