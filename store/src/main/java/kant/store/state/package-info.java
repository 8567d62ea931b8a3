/**
 * Small keyed state that survives a power cut: twins, keys of clients, the last good configuration. Read {@link
 * kant.store.state.KeyedState}; the byte layout is in {@code docs/formats.md}.
 */
@NullMarked
package kant.store.state;

import org.jspecify.annotations.NullMarked;
