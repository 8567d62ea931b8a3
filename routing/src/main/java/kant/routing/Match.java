package kant.routing;

import kant.model.message.Target;

/**
 * One route that took a message.
 *
 * @param route the route's name
 * @param target where this route sends, with its own priority and ttl, whichever route wins at that endpoint
 */
public record Match(String route, Target target) {}
