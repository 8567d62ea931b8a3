/**
 * The edge daemon: provisions the device, owns its keys and certificates, serves the workload and management APIs, drives the
 * module engine and keeps the agent alive. {@link kant.edgedaemon.Main} is the wiring diagram, {@link kant.edgedaemon.Daemon} the
 * order of start and stop.
 */
@NullMarked
package kant.edgedaemon;

import org.jspecify.annotations.NullMarked;
