/** Commands that run and administer an IoT Hub stand-in. */
@NullMarked
package kant.cli.hub;

import org.jspecify.annotations.NullMarked;
