package kant.edgedaemon.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kant.world.Tasks;
import kant.world.Time;

/** Process engines for tests. */
public final class ProcessEngines {
    private ProcessEngines() {}

    /** One whose data and catalogue are in the folder. */
    public static ProcessEngine open(Path folder, Tasks tasks) throws IOException {
        return open(folder, tasks, "somebody");
    }

    /** The same for a daemon of this user. */
    public static ProcessEngine open(Path folder, Tasks tasks, String user) throws IOException {
        var injection = new ProcessEngineConfig.Injection(
                folder.resolve("run/mnt"), folder.resolve("run/mgmt.sock"), "azure-iot-edge", user);
        var config = new ProcessEngineConfig(
                folder, folder.resolve("catalogue"), "/usr/bin/java", System.getenv("PATH"), injection);
        return ProcessEngine.open(config, tasks, Time.system());
    }

    /** Writes a bundle into the folder's catalogue. */
    public static void bundle(Path folder, String name, String tag, String json) throws IOException {
        Path bundle = Files.createDirectories(
                folder.resolve("catalogue").resolve(name).resolve(tag));
        Files.writeString(bundle.resolve("bundle.json"), json);
    }
}
