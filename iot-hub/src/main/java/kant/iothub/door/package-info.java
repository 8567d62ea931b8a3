/**
 * The stand-in's side of the port behind the protocol heads: {@link kant.iothub.door.DeviceDoor} for devices and modules, with a
 * connection or without, {@link kant.iothub.door.ServiceDoor} for service applications. Nothing here blocks a head's loop.
 */
@NullMarked
package kant.iothub.door;

import org.jspecify.annotations.NullMarked;
