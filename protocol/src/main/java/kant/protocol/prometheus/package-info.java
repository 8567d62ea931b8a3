/**
 * Prometheus' text form and what is counted for it, for every program that serves {@code /metrics}: families of counters and summaries
 * that any thread may add to, and {@link kant.protocol.prometheus.PrometheusText}, which writes them.
 */
@NullMarked
package kant.protocol.prometheus;

import org.jspecify.annotations.NullMarked;
