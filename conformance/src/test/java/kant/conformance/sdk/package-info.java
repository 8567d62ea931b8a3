/**
 * Everyone's client, unmodified: the official Java and Node device SDKs over each transport they offer, against the Edge Hub through
 * {@code GatewayHostName} and against the stand-in; and clients that are not Microsoft's (device-protocols.md §8, checks 91 to 95).
 */
package kant.conformance.sdk;
