/**
 * Group commit side by side: the same senders, the same grouping, and underneath the disk alone, Kant's message store, or a peer.
 * {@link kant.bench.commit.Senders} is where to begin.
 */
@org.jspecify.annotations.NullMarked
package kant.bench.commit;
