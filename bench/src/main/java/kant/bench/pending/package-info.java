/** A message store with a large backlog, in a process of its own with a small heap: filled, killed, opened, drained. */
@org.jspecify.annotations.NullMarked
package kant.bench.pending;
