/**
 * The service REST API, and what edge devices ask over HTTPS, with IoT Hub's paths and bodies
 * (reference/service-protocols.md §2). {@link kant.iothub.service.ServiceApi} has the list of operations and is where to begin;
 * each {@code …Operations} class answers one group of them. Everything runs on the caller's virtual thread.
 */
@NullMarked
package kant.iothub.service;

import org.jspecify.annotations.NullMarked;
