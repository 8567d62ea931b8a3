/**
 * Modules as containers of any engine with Docker's HTTP API. JSON goes in and out as trees, so that members of createOptions that
 * nobody here knows reach the engine. Start with {@link kant.edgedaemon.engine.docker.DockerEngine}.
 */
@NullMarked
package kant.edgedaemon.engine.docker;

import org.jspecify.annotations.NullMarked;
