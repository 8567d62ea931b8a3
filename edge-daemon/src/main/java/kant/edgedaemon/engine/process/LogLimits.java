package kant.edgedaemon.engine.process;

/** How much of a module's log is kept. */
record LogLimits(long fileBytes, int files) {
    static final LogLimits DEFAULT = new LogLimits(2L * 1024 * 1024, 3);
}
