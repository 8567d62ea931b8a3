package kant.edgehub.route;

import java.util.OptionalLong;
import kant.routing.RouteTable;
import kant.upstream.budget.UpstreamLimits;

/**
 * One good configuration.
 *
 * @param version of the desired properties it came from
 * @param maxBytes bound of the store; empty where the twin sets none
 * @param upstream how much may go up, and when
 */
public record HubConfiguration(long version, RouteTable routes, OptionalLong maxBytes, UpstreamLimits upstream) {}
