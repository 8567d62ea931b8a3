package kant.edgedaemon;

import java.io.IOException;
import java.nio.file.Path;
import kant.edgedaemon.config.DaemonConfig;
import kant.edgedaemon.config.EngineChoice;
import kant.edgedaemon.engine.ModuleEngine;
import kant.edgedaemon.engine.docker.DockerEngine;
import kant.edgedaemon.engine.process.ProcessEngine;
import kant.edgedaemon.engine.process.ProcessEngineConfig;
import kant.edgedaemon.engine.process.ProcessEngineConfig.Injection;
import kant.world.Tasks;

/** Opens the engine that the configuration asks for. */
final class Engines {
    /** What the daemon's process knows of itself: the java it runs on, its search path, its user. */
    record Surroundings(String java, String path, String user) {}

    private Engines() {}

    static ModuleEngine open(DaemonConfig config, Daemon.World world) throws IOException {
        return useDocker(config, world.tasks())
                ? DockerEngine.open(
                        config.engine(), config.folders().data(), world.tasks(), world.time(), world.randomness())
                : ProcessEngine.open(processes(config, world.surroundings()), world.tasks(), world.time());
    }

    /** The hub alone is always a process: that is what it is for. */
    private static boolean useDocker(DaemonConfig config, Tasks tasks) {
        EngineChoice choice = config.behaviour().hubOnly()
                ? EngineChoice.PROCESS
                : config.engine().choice();
        return switch (choice) {
            case DOCKER -> true;
            case PROCESS -> false;
            case AUTO -> DockerEngine.answers(config.engine().dockerSocket(), tasks);
        };
    }

    private static ProcessEngineConfig processes(DaemonConfig config, Surroundings around) {
        Path management = config.sockets().managementConnect();
        return new ProcessEngineConfig(
                config.folders().data(),
                config.engine().catalogue(),
                around.java(),
                around.path(),
                new Injection(
                        config.sockets().perModule(),
                        management,
                        config.engine().network(),
                        around.user()));
    }
}
