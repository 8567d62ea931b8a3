/**
 * What the hub reports of itself in the twin of {@code $edgeHub}: the outcome of its configuration, and who is connected
 * (device-protocols.md §5.2).
 */
@NullMarked
package kant.edgehub.report;

import org.jspecify.annotations.NullMarked;
