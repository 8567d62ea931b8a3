/**
 * The numbered checklist of the device-facing protocols (device-protocols.md §8) from outside, a test a number, against the Edge Hub,
 * the stand-in or both, by clients of our own that see every byte.
 */
package kant.conformance.doors;
