/**
 * The port to what runs modules. {@link kant.edgedaemon.engine.ModuleEngine} has two forms, in {@code docker} and {@code process};
 * {@link kant.edgedaemon.engine.Modules} joins one with the modules' workload sockets, and is what the rest of the daemon calls.
 */
@NullMarked
package kant.edgedaemon.engine;

import org.jspecify.annotations.NullMarked;
