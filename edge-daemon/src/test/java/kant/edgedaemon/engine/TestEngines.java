package kant.edgedaemon.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import kant.edgedaemon.config.DaemonConfig.Engine;
import kant.edgedaemon.config.EngineChoice;
import kant.edgedaemon.engine.docker.DockerEngine;
import kant.edgedaemon.image.ImageSettings;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** How tests begin and end with an engine. */
public final class TestEngines {
    private TestEngines() {}

    /** One over Docker's API, with the machine's network and privileges allowed. */
    public static DockerEngine docker(Path socket, ImageSettings images, Path folder, Tasks tasks) throws IOException {
        var config = new Engine(
                EngineChoice.DOCKER, socket, "host", JsonNodeFactory.instance.objectNode(), null, true, images);
        return DockerEngine.open(config, folder, tasks, Time.system(), Randomness.secure());
    }

    /** Leaves no module behind. */
    public static void end(ModuleEngine engine) throws EngineException {
        for (var module : engine.list()) {
            engine.remove(module.name());
        }
        engine.close();
    }
}
