/**
 * What can be counted, as Prometheus text. Counters are added to where things happen, through the small meter interfaces of
 * other packages; {@link kant.edgehub.metrics.MetricsPage} writes the page.
 */
@NullMarked
package kant.edgehub.metrics;

import org.jspecify.annotations.NullMarked;
