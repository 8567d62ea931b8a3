package kant.edgedaemon.config;

/** Which engine runs modules. */
public enum EngineChoice {
    /** Docker if its socket answers, else processes. */
    AUTO,
    DOCKER,
    PROCESS
}
