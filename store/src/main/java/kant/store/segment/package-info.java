/**
 * The bytes of the log: segments with checksummed headers and records, allocated ahead, one writer with group commit.
 *
 * <p>{@link kant.store.segment.RecordLog} is a whole log of opaque records with a thread of its own. {@link
 * kant.store.segment.SegmentLog} is the same without the thread, for an owner that has more to do for each group. The byte
 * layout is in {@code docs/formats.md}.
 */
@NullMarked
package kant.store.segment;

import org.jspecify.annotations.NullMarked;
