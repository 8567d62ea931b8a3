package kant.iothub.c2d;

/**
 * A message that somebody holds until it is settled or the lock runs out.
 *
 * @param token unguessable, new with every lock
 */
public record Locked(String token, CloudMessage message) {}
