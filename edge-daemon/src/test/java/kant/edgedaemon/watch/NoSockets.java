package kant.edgedaemon.watch;

import kant.edgedaemon.engine.ModuleSockets;

/** Modules without sockets. */
final class NoSockets implements ModuleSockets {
    @Override
    public void check(String module) {}

    @Override
    public void open(String module) {}

    @Override
    public void close(String module) {}
}
