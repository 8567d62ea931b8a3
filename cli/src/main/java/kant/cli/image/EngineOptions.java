package kant.cli.image;

import picocli.CommandLine.Option;

/** Which engine runs the modules, as every command that starts a device asks for it. */
public final class EngineOptions {
    @Option(names = "--engine", defaultValue = "auto", description = "auto, docker or process (${DEFAULT-VALUE})")
    private String engine = "";

    @Option(
            names = "--engine-socket",
            defaultValue = "/var/run/docker.sock",
            description = "the Docker engine's socket (${DEFAULT-VALUE})")
    private String socket = "";

    /** {@code auto}, {@code docker} or {@code process}; not checked yet, see {@link EngineChoice}. */
    public String engine() {
        return engine;
    }

    public String socket() {
        return socket;
    }
}
