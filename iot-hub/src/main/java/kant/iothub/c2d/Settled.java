package kant.iothub.c2d;

import kant.model.message.Settlement;

/** What the holder of a lock says of its message. */
public record Settled(String token, Settlement settlement) {}
