/**
 * IoT Hub's HTTP API for devices: each request is one call on {@link kant.protocol.port.HubPort#call}. {@link
 * kant.protocol.device.DeviceApi} finds the operation; what it does not know goes on to whoever stands behind it. On virtual
 * threads, which may wait. Source: reference/device-protocols.md §4.
 */
@NullMarked
package kant.protocol.device;

import org.jspecify.annotations.NullMarked;
