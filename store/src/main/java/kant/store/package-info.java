/**
 * A bounded, crash-safe message store: one log for all endpoints, a cursor for each, books that balance.
 *
 * <p>The hub appends from its event loops; one platform thread writes and syncs; each outbox reads through its endpoint's
 * {@link kant.store.Cursor}. Read {@link kant.store.MessageStore} first, then {@code Endpoint} (what is pending, and where
 * it is read from), then the package {@code segment} (bytes). The byte layout is in {@code docs/formats.md}.
 */
@NullMarked
package kant.store;

import org.jspecify.annotations.NullMarked;
