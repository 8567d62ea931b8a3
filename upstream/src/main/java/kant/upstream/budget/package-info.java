/**
 * How much may go up: bytes a second, and hours in which telemetry rests. {@code Budget} is what the links ask before each
 * message and tell of each byte; {@code WireMeter} counts those bytes next to the socket, after TLS. What is decided is in the
 * pure {@code Bucket} and {@code QuietHours}. Callable from any thread; nothing here blocks.
 */
@NullMarked
package kant.upstream.budget;

import org.jspecify.annotations.NullMarked;
