package kant.cli.demo;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What one demo does.
 *
 * @param messages end by itself once so many arrived; 0 goes on until it is ended
 * @param cut how long the stand-in is away in the middle; zero for not at all
 * @param limit how long a demo that counts messages may take
 * @param keep go on with the data of the last demo
 */
record DemoSettings(
        Path folder, String engine, String engineSocket, long messages, Duration cut, Duration limit, boolean keep) {}
