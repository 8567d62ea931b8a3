package kant.edgehub.route;

import java.util.OptionalLong;
import kant.routing.RouteTable;

/**
 * One good configuration.
 *
 * @param version of the desired properties it came from
 * @param maxBytes bound of the store; empty where the twin sets none
 */
public record HubConfiguration(long version, RouteTable routes, OptionalLong maxBytes) {}
