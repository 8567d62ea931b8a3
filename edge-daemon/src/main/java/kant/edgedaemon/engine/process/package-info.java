/**
 * Modules as plain processes of this machine, started from bundles of a local catalogue. Start with {@link
 * kant.edgedaemon.engine.process.ProcessEngine}, then {@link kant.edgedaemon.engine.process.ProcessModule}.
 *
 * <pre>
 * data/engine/launch.sh            starts a module and records how it ended (see the script)
 * data/engine/MODULE/spec.json     what it is run from, 0600: an environment may hold secrets
 * data/engine/MODULE/run.json      pid, start tick and boot of the latest run
 * data/engine/MODULE/exit          its exit code, written by launch.sh
 * data/engine/MODULE/out, err      named pipes; the daemon reads them, launch.sh keeps them open while no daemon runs
 * data/engine/MODULE/log/N.log     log records, the frames of Docker's log stream, a time in front of each line
 * data/bundles/HEX/             content of a bundle that came as an archive, by its digest
 * data/modules/MODULE/             the module's own folder: it survives updates
 * </pre>
 */
@NullMarked
package kant.edgedaemon.engine.process;

import org.jspecify.annotations.NullMarked;
