/**
 * What an edge device below asks of this hub as of an IoT Hub (device-protocols.md §4.4): who stands in its scope, and to
 * register modules, for itself and for devices below it. Read {@link kant.edgehub.nested.NestedApi} first. Scopes are answered
 * from the cache, with no parent in sight; registrations go to the parent. Calls run on virtual threads and may wait.
 */
@NullMarked
package kant.edgehub.nested;

import org.jspecify.annotations.NullMarked;
