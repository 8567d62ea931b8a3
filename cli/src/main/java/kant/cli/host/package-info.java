/** What every command stands on: where Kant is installed, programs as child processes, ports, shutdown, JSON and errors. */
@NullMarked
package kant.cli.host;

import org.jspecify.annotations.NullMarked;
